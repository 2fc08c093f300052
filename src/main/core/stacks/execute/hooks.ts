import { Fault } from '../../base/fault.ts';
import type { Hook } from '../../compose/project.ts';
import type { Execution } from './execution.ts';

/** Runs `post_start` or `pre_stop` commands one after another inside a container. Raises `service.exited` when one fails. */
export async function runHooks(
  { engine, report }: Execution,
  service: string,
  containerId: string,
  hooks: readonly Hook[] | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const hook of hooks ?? []) {
    const command = hook.command ?? [];
    const { exitCode, stdout, stderr } = await engine.containers.exec(
      containerId,
      {
        command,
        ...(hook.user === undefined ? {} : { user: hook.user }),
        ...(hook.working_dir === undefined ? {} : { workingDirectory: hook.working_dir }),
        ...(hook.privileged === undefined ? {} : { privileged: hook.privileged }),
        environment: Object.entries(hook.environment ?? {}).map(([key, value]) => (value === null ? key : `${key}=${value}`)),
      },
      { signal },
    );
    const output = [stdout, stderr].filter((text) => text !== '').join('\n').trimEnd();
    if (output !== '') report.log('info', output, service);
    if (exitCode !== 0) throw hookFailed(service, command, exitCode, output);
  }
}

function hookFailed(service: string, command: readonly string[], exitCode: number, output: string): Fault {
  return new Fault({
    code: 'service.exited',
    message: `A hook of ${service} ended with exit code ${exitCode}: ${command.join(' ')}`,
    hint: 'Correct the command under post_start or pre_stop, or what it needs.',
    detail: output,
    data: { service, exitCode },
  });
}
