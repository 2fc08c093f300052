import { formatBytes } from '../../shared/format-bytes.ts';
import type { Job, JobEvent, Step } from '../../shared/models/job.ts';
import { reduceJob } from '../../shared/models/reduce-job.ts';
import { paint, type Terminal } from './terminal.ts';

const frameMs = 80;
const barWidth = 12;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Shows a job while it runs. */
export interface ProgressView {
  event(event: JobEvent): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

export function quietProgress(): ProgressView {
  return { event: () => undefined, end: () => undefined };
}

/** One line for each change of a step's state: for logs and CI. */
export function lineProgress(terminal: Terminal): ProgressView {
  const shown = new Map<string, string>();
  return {
    event(event) {
      if (event.type === 'log') terminal.err.write(`${event.entry.source ? `${event.entry.source}: ` : ''}${event.entry.text}\n`);
      if (event.type !== 'step' || event.step.state === 'pending') return;
      const { id, title, state, detail } = event.step;
      // Countdowns and probe numbers change all the time; only a new reason is worth a line.
      const key = `${state} ${state === 'waiting' ? withoutNumbers(detail ?? '') : ''}`;
      if (shown.get(id) === key) return;
      shown.set(id, key);
      terminal.err.write(`${mark(terminal, event.step, 0)} ${title}${detail ? ` — ${detail}` : ''}\n`);
    },
    end: () => undefined,
  };
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\s*\([^()]*\)/g, '').replaceAll(/\d+/g, '');
}

/** A block at the bottom of the terminal that is drawn again while the job goes on. */
export function liveProgress(terminal: Terminal): ProgressView {
  let job: Job | undefined;
  let drawnLines = 0;
  let frame = 0;
  const draw = (): void => {
    frame += 1;
    const lines = job ? stepLines(terminal, job, frame) : [];
    const up = drawnLines > 0 ? `\u001b[${drawnLines}A` : '';
    terminal.err.write(`${up}\u001b[0J${lines.map((line) => `${line}\n`).join('')}`);
    drawnLines = lines.length;
  };
  const timer = setInterval(draw, frameMs);
  return {
    event(event) {
      job = reduceJob(job, event);
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

function stepLines(terminal: Terminal, job: Job, frame: number): string[] {
  const known = new Set(job.steps.map(({ id }) => id));
  const roots = job.steps.filter(({ parent }) => parent === undefined || !known.has(parent));
  const lines = (step: Step, depth: number): string[] => {
    const busy = step.state === 'running' || step.state === 'waiting' || step.state === 'failed';
    const below = busy ? job.steps.filter(({ parent }) => parent === step.id).flatMap((child) => lines(child, depth + 1)) : [];
    return [stepLine(terminal, step, depth, frame), ...below];
  };
  return roots.flatMap((step) => lines(step, 0));
}

function stepLine(terminal: Terminal, step: Step, depth: number, frame: number): string {
  const amount = amountText(step);
  const plain = [step.title, amount, step.detail].filter(Boolean).join('  ');
  const room = Math.max(10, terminal.width - depth * 2 - 3);
  const text = plain.length > room ? `${plain.slice(0, room - 1)}…` : plain;
  return `${'  '.repeat(depth)}${mark(terminal, step, frame)} ${step.state === 'pending' ? paint(terminal, 'dim', text) : text}`;
}

function amountText({ amount, state }: Step): string {
  if (!amount || state === 'done') return '';
  const print = (value: number): string =>
    amount.unit === 'bytes' ? formatBytes(value) : amount.unit === 'percent' ? `${Math.round(value)} %` : String(value);
  if (amount.total === undefined) return print(amount.current);
  const { current, total, perSecond } = amount;
  const left = perSecond && current < total ? `, ${String(Math.max(1, Math.round((total - current) / perSecond)))} s left` : '';
  const speed = perSecond === undefined || current >= total ? '' : `  ${print(perSecond)}/s${left}`;
  return `${bar(current / (total || 1))} ${print(current)} / ${print(total)}${speed}`;
}

/** `████░░░░`: how much of the whole, from 0 to 1. */
function bar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
}

function mark(terminal: Terminal, { state }: Step, frame: number): string {
  switch (state) {
    case 'done':
      return paint(terminal, 'green', '✔');
    case 'failed':
      return paint(terminal, 'red', '✘');
    case 'cancelled':
      return paint(terminal, 'yellow', '■');
    case 'skipped':
      return paint(terminal, 'dim', '–');
    case 'waiting':
      return paint(terminal, 'yellow', '…');
    case 'running':
      return paint(terminal, 'cyan', terminal.interactive ? (spinner[frame % spinner.length] ?? '•') : '•');
    case 'pending':
      return paint(terminal, 'dim', '·');
  }
}
