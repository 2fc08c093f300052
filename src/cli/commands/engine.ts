import type { Command } from 'commander';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';

/** `slipway engine …`: which engine is used, and Slipway's own one. */
export function addEngineCommands(program: Command, run: Run): void {
  const engine = program.command('engine').description('the container engine in use');

  engine
    .command('info', { isDefault: true })
    .description('show the engine in use and what said to use it')
    .action(
      run(async (context) => {
        const connected = await context.core.connection.get(context);
        const info = await connected.info(context);
        context.print({ endpoint: connected.endpoint, info }, () =>
          table(
            ['FIELD', 'VALUE'],
            [
              ['address', connected.endpoint.address],
              ['because of', connected.endpoint.origin],
              ['version', `${info.version} (API ${info.apiVersion})`],
              ['platform', `${info.platform.os}/${info.platform.architecture}`],
              ['storage', `${info.storageDriver} in ${info.rootDirectory}`],
            ],
          ),
        );
      }),
    );

  engine
    .command('start')
    .description("start Slipway's own engine where the machine can run one")
    .action(
      run(async (context) => {
        const address = await context.core.privateEngine.start(context);
        context.print({ address }, () => `Slipway's engine listens at ${address}.\n`);
      }),
    );

  engine
    .command('stop')
    .description("stop Slipway's own engine and every container on it; data stays")
    .action(
      run(async (context) => {
        const stopped = await context.core.privateEngine.stop(context);
        context.print({ stopped }, () => (stopped ? "Slipway's engine has stopped.\n" : "Slipway's engine isn't running.\n"));
      }),
    );
}
