import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { Fault } from '../../main/core/base/fault.ts';
import type { Encryption, Unlocking } from '../../main/core/snapshots/crypto/key-jobs.ts';
import { maskedTag } from '../../main/core/operations/snapshots/snapshot-masking.ts';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { formatBytes, shortId } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { collect, withTarget } from './target-options.ts';

interface EncryptOptions {
  readonly encryptPassphraseFile?: string;
  readonly recipient?: readonly string[];
}

interface UnlockOptions {
  readonly passphraseFile?: string;
  readonly identity?: readonly string[];
}

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
      const record = name === undefined && !options.file ? await context.core.clones.sourceOf(id, context) : await resolveTarget(context, name, options);
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
  const { tags } = await context.core.shelf.get(id, context);
  if (tags.includes(maskedTag)) return id;
  const result = await followJob(context, context.core.masking.mask(await context.core.clones.sourceOf(id, context), id));
  return String(result['snapshotId']);
}

function withEncryption(command: Command): Command {
  return command
    .option('--encrypt-passphrase-file <file>', 'encrypt it with the passphrase in this file')
    .option('--recipient <age1…>', 'encrypt it for this age recipient; may be repeated', collect);
}

function withUnlocking(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'file with the passphrase it was encrypted with')
    .option('--identity <file>', 'file with the age identity it was encrypted for; may be repeated', collect);
}

async function readEncryption(context: CommandContext, { encryptPassphraseFile, recipient }: EncryptOptions): Promise<Encryption | undefined> {
  if (encryptPassphraseFile !== undefined && recipient) throw oneWay('--encrypt-passphrase-file', '--recipient');
  if (recipient) return { recipients: recipient };
  return encryptPassphraseFile === undefined ? undefined : { passphrase: await readPassphrase(context, encryptPassphraseFile) };
}

async function readUnlocking(context: CommandContext, { passphraseFile, identity }: UnlockOptions): Promise<Unlocking | undefined> {
  if (passphraseFile !== undefined && identity) throw oneWay('--passphrase-file', '--identity');
  if (passphraseFile !== undefined) return { passphrase: await readPassphrase(context, passphraseFile) };
  if (!identity) return undefined;
  const files = await Promise.all(identity.map((file) => readSecretFile(context, file)));
  // As age reads them: a line each, with comments.
  return { identities: files.flatMap((text) => text.split('\n').map((line) => line.trim())).filter((line) => line !== '' && !line.startsWith('#')) };
}

/** Without the line end that editors put there. */
async function readPassphrase(context: CommandContext, file: string): Promise<string> {
  const passphrase = (await readSecretFile(context, file)).replace(/\r?\n$/, '');
  if (passphrase !== '') return passphrase;
  throw new Fault({ code: 'usage.invalid', message: `The passphrase file ${file} is empty.`, hint: 'Write the passphrase into it, on one line.' });
}

async function readSecretFile({ workingDirectory }: CommandContext, file: string): Promise<string> {
  const place = path.resolve(workingDirectory, file);
  try {
    return await readFile(place, 'utf8');
  } catch (error) {
    throw new Fault(
      { code: 'usage.invalid', message: `${place} can't be read.`, hint: 'Check the path and that you may read the file.', detail: String(error) },
      { cause: error },
    );
  }
}

function oneWay(one: string, other: string): Fault {
  return new Fault({ code: 'usage.invalid', message: `${one} and ${other} exclude each other.`, hint: 'Give one of them.' });
}

function pulledText(result: Record<string, unknown>): string {
  const { snapshotId, name, receivedBytes, reusedBytes } = result;
  const sizes = `${formatBytes(Number(receivedBytes))} fetched, ${formatBytes(Number(reusedBytes))} were there already`;
  return `${shortId(String(snapshotId))}  ${String(name)}  (${sizes})\n`;
}
