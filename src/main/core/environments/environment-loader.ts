import type { EnvironmentProfileView, EnvironmentRecord, Link } from '../../../shared/models/environment.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { loadProject, type LoadedProject, type LoadRequest } from '../compose/load.ts';
import type { Project } from '../compose/project.ts';
import { readSlipwayExtension, type SlipwayExtension, type SlipwayProfile } from '../compose/slipway-extension.ts';
import { applyRemaps } from '../ports/remaps.ts';
import type { SecretStore } from './secret-store.ts';

/** An environment's files, loaded as its record asks. */
export interface LoadedEnvironment {
  /** The project with the environment's port remaps applied. */
  readonly definition: LoadedProject & { readonly explicitEnvFiles?: readonly string[] };
  /** The project with the ports that the files ask for. */
  readonly original: Project;
  readonly extension: SlipwayExtension;
  readonly profiles: EnvironmentProfileView[];
  readonly links: readonly Link[];
}

/** Turns a record of the library into a project: files, environment profile, values, secrets, remaps. */
export class EnvironmentLoader {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #secrets: SecretStore;

  /** `environment` stands for `process.env`. */
  constructor({ environment, secrets }: { environment: Readonly<Record<string, string | undefined>>; secrets: SecretStore }) {
    this.#environment = environment;
    this.#secrets = secrets;
  }

  /** Raises `project.invalid`, `project.not-found`, `project.value-missing`. */
  async load(record: EnvironmentRecord, { signal }: Cancellable): Promise<LoadedEnvironment> {
    const extension = await this.#extension(record, { signal });
    const profile = chosenProfile(record, extension);
    const values = await this.#values(record, profile);
    const loaded = await loadProject({
      ...requestFor(record, { signal }),
      profiles: [...(record.composeProfiles ?? []), ...(profile?.profiles ?? [])],
      environment: { ...this.#environment, ...values },
    });
    // The links are read again: interpolation has now seen the values.
    const { links, profiles } = readSlipwayExtension(loaded);
    const own = profile ? profiles[record.profile ?? '']?.links : undefined;
    return {
      definition: {
        ...loaded,
        project: applyRemaps(loaded.project, record.portRemaps),
        ...(record.envFiles ? { explicitEnvFiles: record.envFiles } : {}),
      },
      original: loaded.project,
      extension,
      profiles: profileViews(extension),
      links: own ?? links,
    };
  }

  /** The project name that Compose would use. */
  async projectName(record: EnvironmentRecord, { signal }: Cancellable): Promise<string> {
    const { project } = await loadProject({
      ...requestFor(record, { signal }),
      environment: this.#environment,
      interpolate: false,
      resolveEnvFiles: false,
    });
    return project.name;
  }

  /** Title and description of a folder's stack; empty when it can't be loaded. */
  async describe(directory: string, { signal }: Cancellable): Promise<Pick<SlipwayExtension, 'title' | 'description'>> {
    const request = { cwd: directory, environment: {}, interpolate: false, resolveEnvFiles: false, signal };
    const loaded = await loadProject(request).catch(() => undefined);
    return loaded ? readSlipwayExtension(loaded) : {};
  }

  /** Variables whose values belong into the secret store. */
  async secretNames(record: EnvironmentRecord, { signal }: Cancellable): Promise<ReadonlySet<string>> {
    const extension = await this.#extension(record, { signal }).catch(() => undefined);
    const asked = Object.values(extension?.profiles ?? {}).flatMap(({ ask }) => Object.entries(ask));
    return new Set(asked.filter(([, { secret }]) => secret).map(([name]) => name));
  }

  async #extension(record: EnvironmentRecord, { signal }: Cancellable): Promise<SlipwayExtension> {
    return readSlipwayExtension(
      await loadProject({
        ...requestFor(record, { signal }),
        environment: this.#environment,
        interpolate: false,
        resolveEnvFiles: false,
      }),
    );
  }

  /** What the person gave wins over the profile, and both over the surroundings and `.env`. */
  async #values(record: EnvironmentRecord, profile: SlipwayProfile | undefined): Promise<Record<string, string>> {
    const defaults = Object.entries(profile?.ask ?? {}).flatMap(([name, asked]) =>
      asked.default === undefined ? [] : [[name, asked.default] as const],
    );
    const values = {
      ...Object.fromEntries(defaults),
      ...profile?.env,
      ...record.values,
      ...(await this.#secrets.read(record.id)),
    };
    const missing = Object.keys(profile?.ask ?? {}).filter(
      (name) => values[name] === undefined && this.#environment[name] === undefined,
    );
    if (missing.length === 0) return values;
    throw new Fault({
      code: 'project.value-missing',
      message: `${record.name} needs a value for ${missing.join(', ')}.`,
      hint: 'Give it in the environment’s settings, or set the variable.',
      data: { variables: missing },
    });
  }
}

function requestFor(record: EnvironmentRecord, { signal }: Cancellable): Omit<LoadRequest, 'environment'> {
  return {
    cwd: record.directory,
    ...(record.files.length > 0 ? { files: record.files } : {}),
    ...(record.projectName ? { projectName: record.projectName } : {}),
    ...(record.envFiles ? { envFiles: record.envFiles } : {}),
    signal,
  };
}

function chosenProfile(record: EnvironmentRecord, { profiles }: SlipwayExtension): SlipwayProfile | undefined {
  if (record.profile === undefined) return profiles['default'];
  const chosen = profiles[record.profile];
  if (chosen) return chosen;
  throw new Fault({
    code: 'project.invalid',
    message: `${record.name} has no environment profile “${record.profile}”.`,
    hint: `There are: ${Object.keys(profiles).join(', ') || 'none'}.`,
  });
}

function profileViews({ profiles }: SlipwayExtension): EnvironmentProfileView[] {
  return Object.entries(profiles).map(([name, { title, description, ask }]) => ({
    name,
    title: title ?? name,
    ...(description === undefined ? {} : { description }),
    ask: Object.entries(ask).map(([variable, asked]) => ({
      variable,
      title: asked.title ?? variable,
      secret: asked.secret ?? false,
      ...(asked.default === undefined ? {} : { defaultValue: asked.default }),
    })),
  }));
}
