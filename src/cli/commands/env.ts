import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { addCheckCommand } from './check.ts';
import { addCaptureCommand } from './env-capture.ts';
import { addEnvCloneCommand } from './clone.ts';

/** `slipway env …`: the library. */
export function addEnvCommands(program: Command, run: Run): void {
  const env = program.command('env').description('the library of environments');
  addCaptureCommand(env, run);

  env
    .command('list')
    .alias('ls')
    .description('list the environments in the library')
    .action(run((context) => list(context)));

  env
    .command('add <path>')
    .description('add a folder with a Compose file, a Compose file, or a ready-made environment by its name')
    .option('--name <name>', 'name in the library')
    .option('--environment-profile <name>', 'environment profile of x-slipway to use')
    .action(run((context, path: string, options: { name?: string; environmentProfile?: string }) => add(context, path, options)));

  env
    .command('remove <name>')
    .alias('rm')
    .description('take an environment out of the library; its snapshots stay')
    .action(
      run(async (context, name: string) => {
        const record = requireNamed(context, name);
        await context.core.queries.refuseWhileContainersExist(record, context);
        context.core.library.remove(record.id);
        context.print({ removed: name }, () => `Removed ${name}.\n`);
      }),
    );

  addEnvCloneCommand(env, run);
  addCheckCommand(env, run);

  env
    .command('show <name>')
    .description('show what is stored about an environment')
    .action(
      run(async (context, name: string) => {
        const record = requireNamed(context, name);
        const loaded = await context.core.loader.load(record, context);
        const services = Object.keys(loaded.definition.project.services);
        context.print({ ...record, services }, () =>
          table(
            ['FIELD', 'VALUE'],
            [
              ['name', record.name],
              ['directory', record.directory],
              ['files', loaded.definition.files.join(', ')],
              ['project', record.projectName],
              ['profile', record.profile ?? '—'],
              ['services', services.join(', ')],
              ['port remaps', record.portRemaps.map((r) => `${r.service}:${r.containerPort}→${r.change === 'removed' ? 'none' : `${r.hostIp === undefined ? '' : `${r.hostIp}:`}${r.hostPort ?? ''}`}`).join(', ') || '—'],
            ],
          ),
        );
      }),
    );
}

async function add(
  context: CommandContext,
  path: string,
  { name, environmentProfile }: { name?: string; environmentProfile?: string },
): Promise<void> {
  const readyMade = context.core.readyMade.find(path);
  const record = await context.core.library.add({
    path: readyMade ?? path,
    name: name ?? (readyMade ? path : undefined),
    ...(readyMade ? { builtIn: path } : {}),
    ...(environmentProfile ? { profile: environmentProfile } : {}),
  });
  context.print(record, () => `Added ${record.name} (project ${record.projectName}).\n`);
}

async function list(context: CommandContext): Promise<void> {
  const records = context.core.library.list();
  const states = await context.core.queries.states(records, context);
  context.print(
    records.map((record) => ({ ...record, state: states.get(record.id) ?? 'unknown' })),
    () =>
      table(
        ['NAME', 'STATE', 'PROJECT', 'DIRECTORY'],
        records.map((record) => [record.name, states.get(record.id) ?? 'unknown', record.projectName, record.directory]),
      ),
  );
}

function requireNamed({ core }: CommandContext, name: string): ReturnType<typeof core.library.get> {
  return core.library.findByName(name) ?? core.library.get(name);
}
