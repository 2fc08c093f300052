import type { Diagnostic, Problem, SourceLocation } from '../../shared/problem.ts';
import { paint, type Terminal } from './terminal.ts';

/** A Problem as text: what happened, where, what to do, and the raw detail last. */
export function problemText(terminal: Terminal, problem: Problem): string {
  const lines = [
    `${paint(terminal, ['bold', 'red'], 'Error')} ${problem.message} ${paint(terminal, 'dim', `[${problem.code}]`)}`,
    ...(problem.diagnostics ?? []).map((diagnostic) => `  ${diagnosticText(terminal, diagnostic)}`),
    ...(problem.location && !problem.diagnostics ? [`  ${locationText(problem.location)}`] : []),
    ...(problem.hint ? [`${paint(terminal, 'cyan', 'Hint')}  ${problem.hint}`] : []),
    ...(problem.detail ? problem.detail.trimEnd().split('\n').map((line) => paint(terminal, 'dim', `  │ ${line}`)) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** `compose.yaml:3:5: error: …` as compilers print it, so that editors can follow it. */
export function diagnosticText(terminal: Terminal, { severity, message, hint, location }: Diagnostic): string {
  const word = paint(terminal, severity === 'error' ? 'red' : 'yellow', severity);
  const place = location ? `${locationText(location)}: ` : '';
  return `${place}${word}: ${message}${hint ? ` ${paint(terminal, 'dim', `(${hint})`)}` : ''}`;
}

function locationText({ file, line, column }: SourceLocation): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}
