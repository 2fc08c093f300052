import type { Command } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { shortId } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { type EncryptOptions, readEncryption, readUnlocking, type UnlockOptions, withEncryption, withUnlocking } from './snapshot-encryption.ts';
import { snapshotSource } from './snapshot-source.ts';
import { withTarget } from './target-options.ts';

/** `slipway snapshot push | pull | mask`. */
export function addSnapshotShareCommands(snapshot: Command, run: Run): void {
  withEncryption(snapshot.command('push <snapshot> <reference>').description('send a snapshot to a registry: only what it lacks'))
    .option('--masked', 'only what may be shared: masks it first, where that was not done yet')
    .action(
      run(async (context, given: string, reference: string, options: EncryptOptions & { masked?: boolean }) => {
        const encryption = await readEncryption(context, options);
        const id = options.masked ? await maskedId(context, given) : given;
        const result = await followJob(context, context.core.sharing.push(id, reference, { encryption }));
        if (!context.options.json) context.print(result, () => `${String(result['reference'])}\n`);
      }),
    );

  withTarget(snapshot.command('mask <snapshot>').description('make a copy fit for others, by the steps under x-slipway.masking')).action(
    run(async (context, id: string, name: string | undefined, options: TargetOptions) => {
      const record = await snapshotSource(context, id, name, options);
      const result = await followJob(context, context.core.masking.mask(record, id));
      if (!context.options.json) context.print(result, () => `${String(result['snapshotId'])}\n`);
    }),
  );

  withUnlocking(snapshot.command('pull <reference>').description('fetch a snapshot from a registry, by tag or digest'))
    .option('--for <env>', 'list it among the snapshots of this environment')
    .action(
      run(async (context, reference: string, options: UnlockOptions & { for?: string }) => {
        const environment = options.for === undefined ? undefined : await resolveTarget(context, options.for, {});
        const unlocking = await readUnlocking(context, options);
        const result = await followJob(context, context.core.sharing.pull(reference, { unlocking, environment }));
        if (!context.options.json) context.print(result, () => pulledText(result));
      }),
    );
}

/** The snapshot itself where it is a masked one, else a masked copy that is made now. */
async function maskedId(context: CommandContext, id: string): Promise<string> {
  const { maskedFrom } = await context.core.shelf.get(id, context);
  if (maskedFrom !== undefined) return id;
  const result = await followJob(context, context.core.masking.mask(await snapshotSource(context, id, undefined, {}), id));
  return String(result['snapshotId']);
}

function pulledText(result: Record<string, unknown>): string {
  const { snapshotId, name, receivedBytes, reusedBytes } = result;
  const sizes = `${formatBytes(Number(receivedBytes))} fetched, ${formatBytes(Number(reusedBytes))} were there already`;
  return `${shortId(String(snapshotId))}  ${String(name)}  (${sizes})\n`;
}
