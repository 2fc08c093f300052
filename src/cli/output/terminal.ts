import { styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'dim' | 'bold' | 'gray';

/** Where the command line writes. Results go to `out`, everything that is about the run to `err`. */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  /** Colours and a live progress display may be used on `err`. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** Columns of `err`. */
  readonly width: number;
}

export function paint(terminal: Terminal, style: Style | readonly Style[], text: string): string {
  return terminal.color ? styleText(style as Style, text, { validateStream: false }) : text;
}

/** Columns padded to their widest cell; the last one is left ragged. No header when there are no rows. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(column === line.length - 1 ? 0 : (widths[column] ?? 0))).join('  ').trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** `sha256:…` as a person reads and types it. */
export function shortId(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}

/** How long ago, in the largest fitting unit: "3 min ago". */
export function formatAge(date: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - date.getTime()) / 1000));
  const [divisor, unit] = seconds < 60 ? [1, 's'] : seconds < 3600 ? [60, 'min'] : seconds < 86_400 ? [3600, 'h'] : [86_400, 'd'];
  return `${Math.floor(seconds / divisor)} ${unit} ago`;
}
