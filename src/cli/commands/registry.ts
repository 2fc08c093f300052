import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { CertificateView, RegistryHealth, RegistryView } from '../../shared/models/registry.ts';
import { Fault } from '../../main/core/base/fault.ts';
import type { CommandContext } from '../context.ts';
import { askSecret, readSecretFromStdin } from '../input/read-secret.ts';
import { paint, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { addRegistryBrowseCommands } from './registry-browse.ts';
import { collect } from './target-options.ts';

/** `slipway registry …`: where images come from, logins, trust. */
export function addRegistryCommands(program: Command, run: Run): void {
  const registry = program.command('registry').description('image registries: logins, trust, and what is in them');

  registry
    .command('list', { isDefault: true })
    .description('list the registries, how they are, and which login is used')
    .option('--no-check', "don't ask them how they are")
    .action(run((context, { check }: { check: boolean }) => list(context, check)));

  registry
    .command('add <host>')
    .description('keep a registry, or change what was said about it')
    .option('--name <name>', 'your own name for it')
    .option('--mirror <host>', 'a host with copies, asked first; may be repeated; these replace the ones it has', collect)
    .option('--proxy <url>', 'proxy to it; “direct” for none, “” as the environment says')
    .option('--plain-http', 'allow plain HTTP')
    .option('--no-plain-http', 'TLS only')
    .action(
      run(({ core, print }, given: string, options: { name?: string; mirror?: string[]; proxy?: string; plainHttp?: boolean }) => {
        const { mirror, ...more } = options;
        const host = core.registries.save({ host: given, ...more, ...(mirror ? { mirrors: mirror.filter(Boolean) } : {}) });
        print({ host }, () => `Kept ${host}.\n`);
        return Promise.resolve();
      }),
    );

  registry
    .command('remove <registry>')
    .description('forget what was said about a registry, and its login')
    .action(
      run(async ({ core, print }, given: string) => {
        const host = core.registries.hostOf(given);
        await core.registries.remove(host);
        print({ removed: host }, () => `Forgot ${host}.\n`);
      }),
    );

  registry
    .command('login [registry]')
    .description('log in, after the registry has accepted it (default: Docker Hub)')
    .requiredOption('-u, --username <name>', 'user; <token> for an identity token')
    .option('--password-stdin', 'read the password or token from standard input')
    .action(run((context, given: string | undefined, options: LoginOptions) => login(context, given ?? 'docker.io', options)));

  registry
    .command('logout [registry]')
    .description("forget Slipway's own login (default: Docker Hub); those of Docker and Podman stay")
    .action(
      run(async ({ core, print }, given: string | undefined) => {
        const host = core.registries.hostOf(given ?? 'docker.io');
        const loggedOut = await core.registries.logout(host);
        print({ host, loggedOut }, () => (loggedOut ? `Logged out of ${host}.\n` : `Slipway had no login to ${host}.\n`));
      }),
    );

  registry
    .command('trust <registry>')
    .description('show the certificates of a registry, or trust one of them')
    .option('--fingerprint <sha256>', 'trust the certificate with this fingerprint among those it shows')
    .option('--ca-file <file>', 'trust the certificates of this PEM file')
    .option('--remove', 'trust only what the system trusts again')
    .action(run((context, given: string, options: TrustOptions) => trust(context, given, options)));

  addRegistryBrowseCommands(registry, run);
}

interface LoginOptions {
  readonly username: string;
  readonly passwordStdin?: boolean;
}

interface TrustOptions {
  readonly fingerprint?: string;
  readonly caFile?: string;
  readonly remove?: boolean;
}

const stateWords: Record<RegistryHealth['state'], string> = {
  checking: '',
  ok: 'ok',
  'login-needed': 'asks for a login',
  refused: 'login refused',
  unreachable: 'unreachable',
};

async function list(context: CommandContext, check: boolean): Promise<void> {
  const { core, print, terminal } = context;
  const registries = await core.registries.list(context);
  const health = check ? await Promise.all(registries.map(({ host }) => core.registries.health(host, context))) : [];
  const rows = registries.map((registry, index) => ({ ...registry, ...(health[index] ? { health: health[index] } : {}) }));
  print(rows, () =>
    [
      table(
        ['REGISTRY', 'NAME', 'STATE', 'LOGIN', 'USED BY', 'SETTINGS'],
        rows.map((row) => [row.host, row.name, healthText(row.health), loginText(row), row.usedBy.join(', ') || '—', settingsText(row)]),
      ),
      ...registries.flatMap(({ warnings }) => warnings.map((warning) => `${paint(terminal, 'yellow', 'warning')} ${warning}\n`)),
      ...health.flatMap(({ host, problem }) => (problem ? [`${paint(terminal, 'yellow', host)} ${problem.message} ${problem.hint ?? ''}\n`] : [])),
    ].join(''),
  );
}

function healthText(health: RegistryHealth | undefined): string {
  if (!health) return '—';
  return health.state === 'ok' ? `ok, ${String(health.latencyMs ?? 0)} ms` : stateWords[health.state];
}

function loginText({ login }: RegistryView): string {
  return login ? `${login.username ?? 'token'} (${login.origin})` : 'anonymous';
}

function settingsText({ mirrors, plainHttp, proxy, trusted }: RegistryView): string {
  const words = [
    ...(mirrors.length > 0 ? [`mirrors: ${mirrors.join(', ')}`] : []),
    ...(proxy === undefined ? [] : [`proxy: ${proxy}`]),
    ...(plainHttp ? ['plain HTTP'] : []),
    ...(trusted.length > 0 ? ['own certificate'] : []),
  ];
  return words.join('; ') || '—';
}

async function login(context: CommandContext, given: string, { username, passwordStdin }: LoginOptions): Promise<void> {
  const { core, print } = context;
  const host = core.registries.hostOf(given);
  const password = passwordStdin
    ? await readSecretFromStdin()
    : await askSecret(context, `Password of ${username} for ${host}`, 'Hand it over by standard input, with --password-stdin.');
  if (password === '') throw new Fault({ code: 'usage.invalid', message: 'The password is empty.', hint: 'Give the password or an access token.' });
  const { asked } = await core.registries.login({ host, username, password }, context);
  const kept = core.secrets.keychain ? "the system's keychain" : 'a file that only you can read, unencrypted: this system offers no keychain';
  print({ host, username, asked, keychain: core.secrets.keychain }, () =>
    [`Logged in to ${host} as ${username}.`, ...(asked ? [] : ['The registry lets everybody in, so it could not check the login.']), `The secret is kept in ${kept}.`]
      .map((line) => `${line}\n`)
      .join(''),
  );
}

async function trust(context: CommandContext, given: string, { fingerprint, caFile, remove }: TrustOptions): Promise<void> {
  const { core, print, workingDirectory } = context;
  const host = core.registries.hostOf(given);
  if (remove) {
    core.registries.distrust(host);
    print({ host, trusted: [] }, () => `${host} is trusted only as far as the system trusts it.\n`);
  } else if (fingerprint !== undefined || caFile !== undefined) {
    const by = fingerprint === undefined ? { pem: await readPem(path.resolve(workingDirectory, caFile ?? '')) } : { fingerprint };
    const trusted = await core.registries.trust(host, by, context);
    print({ host, trusted }, () => `For ${host} these are trusted now:\n\n${certificatesText(trusted)}`);
  } else {
    const shown = await core.registries.certificates(host, context);
    const hint = `Compare the fingerprint with what those who run the registry say, then:\n  slipway registry trust ${host} --fingerprint ${shown.at(-1)?.fingerprint ?? '…'}\n`;
    print({ host, shown }, () => `${host} shows:\n\n${certificatesText(shown)}\n${hint}`);
  }
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Fault({ code: 'usage.invalid', message: `${file} can't be read.`, hint: 'Give the path of a PEM file.', detail: String(error) }, { cause: error });
  }
}

function certificatesText(certificates: readonly CertificateView[]): string {
  return certificates
    .map(({ subject, issuer, fingerprint, validFrom, validTo, selfSigned }) =>
      table(
        [`  ${subject}`, ''],
        [
          ['    issued by', selfSigned ? 'itself' : issuer],
          ['    valid', `${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`],
          ['    SHA-256', fingerprint],
        ].map(([name = '', value = '']) => [name, value]),
      ),
    )
    .join('\n');
}
