import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { Fault } from '../../main/core/base/fault.ts';
import type { Encryption, Unlocking } from '../../main/core/snapshots/crypto/key-jobs.ts';
import type { CommandContext } from '../context.ts';
import { collect } from './target-options.ts';

export interface EncryptOptions {
  readonly encryptPassphraseFile?: string;
  readonly recipient?: readonly string[];
}

export interface UnlockOptions {
  readonly passphraseFile?: string;
  readonly identity?: readonly string[];
}

/** Adds the options by which a snapshot that leaves is encrypted. */
export function withEncryption(command: Command): Command {
  return command
    .option('--encrypt-passphrase-file <file>', 'encrypt it with the passphrase in this file')
    .option('--recipient <age1…>', 'encrypt it for this age recipient; may be repeated', collect);
}

/** Adds the options by which an encrypted snapshot is opened. */
export function withUnlocking(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'file with the passphrase it was encrypted with')
    .option('--identity <file>', 'file with the age identity it was encrypted for; may be repeated', collect);
}

/** What the options say; undefined: not encrypted. Raises `usage.invalid`. */
export async function readEncryption(context: CommandContext, { encryptPassphraseFile, recipient }: EncryptOptions): Promise<Encryption | undefined> {
  if (encryptPassphraseFile !== undefined && recipient) throw oneWay('--encrypt-passphrase-file', '--recipient');
  if (recipient) return { recipients: recipient };
  return encryptPassphraseFile === undefined ? undefined : { passphrase: await readPassphrase(context, encryptPassphraseFile) };
}

/** What the options give to open it with. Raises `usage.invalid`. */
export async function readUnlocking(context: CommandContext, { passphraseFile, identity }: UnlockOptions): Promise<Unlocking | undefined> {
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
