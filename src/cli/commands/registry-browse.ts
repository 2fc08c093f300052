import { type Command, Option } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { RemoteImageView, TagOrder } from '../../shared/models/registry.ts';
import { formatAge, shortId, table } from '../output/terminal.ts';
import type { CommandContext } from '../context.ts';
import type { Run } from '../program.ts';

/** `slipway registry repos | tags | inspect`: what is in a registry. */
export function addRegistryBrowseCommands(registry: Command, run: Run): void {
  registry
    .command('repos <registry>')
    .description('list the repositories of a registry that tells them')
    .action(
      run(async (context, given: string) => {
        const repositories = await context.core.registryBrowser.repositories(context.core.registries.hostOf(given), context);
        context.print(repositories, () => repositories.map((name) => `${name}\n`).join(''));
      }),
    );

  registry
    .command('tags <image>')
    .description('list the tags of an image, newest version first')
    .addOption(new Option('--sort <order>', 'order').choices(['version', 'name', 'time']).default('version'))
    .option('--filter <text>', 'only tags that contain this', '')
    .action(
      run(async (context, image: string, { sort, filter }: { sort: TagOrder; filter: string }) => {
        const tags = await context.core.registryBrowser.tags(image, { order: sort, filter, signal: context.signal });
        const now = context.core.clock.now();
        context.print(tags, () =>
          sort === 'time'
            ? table(['TAG', 'MADE', 'DIGEST'], tags.map(({ name, createdAt, digest }) => [name, createdAt ? formatAge(new Date(createdAt), now) : '—', shortId(digest ?? '')]))
            : tags.map(({ name }) => `${name}\n`).join(''),
        );
      }),
    );

  registry
    .command('inspect <image>')
    .description('show digest, platforms, sizes, labels and history of an image, without pulling it')
    .action(
      run(async (context, reference: string) => {
        const image = await context.core.registryBrowser.inspect(reference, context);
        context.print(image, () => imageText(context, image));
      }),
    );
}

function imageText({ core }: CommandContext, { reference, digest, variants }: RemoteImageView): string {
  const now = core.clock.now();
  const platforms = table(
    ['PLATFORM', 'SIZE', 'LAYERS', 'MADE', 'DIGEST'],
    variants.map((one) => [one.platform, formatBytes(one.sizeBytes), String(one.layers.length), one.createdAt ? formatAge(new Date(one.createdAt), now) : '—', one.digest]),
  );
  const first = variants[0];
  const labels = Object.entries(first?.labels ?? {});
  const history = first?.history.filter((command) => command !== '') ?? [];
  return [
    `${reference}\n${digest}\n`,
    platforms,
    ...(labels.length > 0 ? [table(['LABEL', 'VALUE'], labels)] : []),
    ...(history.length > 0 ? [`HISTORY\n${history.map((command) => `${command.replaceAll(/\s+/g, ' ').slice(0, 160)}\n`).join('')}`] : []),
  ].join('\n');
}
