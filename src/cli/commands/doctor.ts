import type { Command } from 'commander';
import type { DoctorCheck, DoctorReport } from '../../shared/models/doctor.ts';
import { exitCodes } from '../exit-codes.ts';
import { paint, type Style, type Terminal } from '../output/terminal.ts';
import type { Run } from '../program.ts';

const marks: Record<DoctorCheck['state'], readonly [string, Style]> = {
  running: ['…', 'cyan'],
  ok: ['✔', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✘', 'red'],
  skipped: ['–', 'dim'],
};

/** `slipway doctor`: is this machine ready? Exit code 4 when the engine is what fails, 1 when anything else does. */
export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('check engine, disk, memory and registries, with a fix for each finding')
    .action(
      run(async (context) => {
        let last: DoctorReport = { checks: [], finished: false };
        for await (const report of context.core.doctor.run(context)) last = report;
        context.print(last, () => last.checks.map((check) => checkText(context.terminal, check)).join(''));
        const failed = last.checks.filter(({ state }) => state === 'failed');
        if (failed.length === 0) return exitCodes.ok;
        return failed.some(({ id }) => id === 'engine') ? exitCodes.engineUnreachable : exitCodes.failed;
      }),
    );
}

function checkText(terminal: Terminal, check: DoctorCheck): string {
  const [mark, style] = marks[check.state];
  const fixes = check.fixes.map(
    ({ label, instructions, command }) =>
      `    ${paint(terminal, 'cyan', 'Fix')} ${label}${instructions ? `: ${instructions}` : ''}${command ? `\n        ${command}` : ''}\n`,
  );
  return `${paint(terminal, style, mark)} ${paint(terminal, 'bold', check.title)}  ${check.message}\n${fixes.join('')}`;
}
