import path from 'node:path';
import type { EnvironmentProfileView, EnvironmentRecord, Link } from '../../../shared/models/environment.ts';
import type { Diagnostic } from '../../../shared/problem.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { loadProject, type LoadedProject, type LoadRequest, loadUninterpolated } from '../compose/load.ts';
import type { Project } from '../compose/project.ts';
import { readSlipwayExtension, type SlipwayExtension, type SlipwayProfile } from '../compose/slipway-extension.ts';
import { toData } from '../compose/source/node.ts';
import { withPortAddresses } from '../ports/environment-addresses.ts';
import { applyRemaps } from '../ports/remaps.ts';
import { adaptProject } from './adapt-project.ts';
import { pinnedImages, readImageLock } from './image-lock.ts';
import type { SecretStore } from './secret-store.ts';

/** An environment's files, loaded as its record asks. */
export interface LoadedEnvironment {
  /** The project with the environment's port remaps applied. */
  readonly definition: LoadedProject & {
    readonly explicitEnvFiles?: readonly string[];
    /** From the environment profile's lock: image reference → `name@digest` to run in its place. */
    readonly lock?: Readonly<Record<string, string>>;
  };
  /** The project with the ports that the files ask for. */
  readonly original: Project;
  readonly extension: SlipwayExtension;
  readonly profiles: EnvironmentProfileView[];
  /** The environment profile in force. */
  readonly profile: SlipwayProfile | undefined;
  readonly links: readonly Link[];
}

/** What loading can leave out, or add. */
export type LoadOptions = Pick<
  LoadRequest,
  'services' | 'resolveEnvFiles' | 'resolvePaths' | 'normalise' | 'checkConsistency'
>;

/** Name of the environment profile in force where none was chosen. */
const defaultProfile = 'default';

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
    const { extension, plain } = await this.#readExtension(record, { signal });
    const profile = chosenProfile(record, extension);
    const loaded = profile ? await this.#loadWith(profile, record, { signal }) : (plain ?? (await this.loadPlain(record, { signal })));
    // Read again: interpolation has now seen the profile's values.
    const { links, profiles } = profile ? readSlipwayExtension(loaded) : extension;
    const chosen = profiles[record.profile ?? defaultProfile];
    const original = adaptProject(loaded.project, record);
    const lock = await this.#readLock(loaded, chosen);
    const { project, unresolved } = withPortAddresses(applyRemaps(original, record.portRemaps));
    return {
      definition: {
        ...loaded,
        project,
        diagnostics: [...loaded.diagnostics, ...unresolved.map(unresolvedAddress), ...lock.warnings],
        ...(lock.pins ? { lock: lock.pins } : {}),
        ...(record.envFiles ? { explicitEnvFiles: record.envFiles } : {}),
      },
      original,
      extension,
      profiles: profileViews(extension),
      profile: chosen,
      links: chosen?.links ?? links,
    };
  }

  /** A profile may name a lock that is still to be written: then the references count, and the person is told. */
  async #readLock(
    { workingDirectory }: LoadedProject,
    profile: SlipwayProfile | undefined,
  ): Promise<{ pins?: Readonly<Record<string, string>>; warnings: Diagnostic[] }> {
    if (profile?.lock === undefined) return { warnings: [] };
    const file = path.resolve(workingDirectory, profile.lock);
    const lock = await readImageLock(file);
    if (lock) return { pins: pinnedImages(lock), warnings: [] };
    const hint = 'Write it with `slipway images lock`. Until then the images are whatever their tags name.';
    return { warnings: [{ severity: 'warning', message: `The lock ${profile.lock} is not there.`, hint, location: { file } }] };
  }

  /** The project name that Compose would use. */
  async projectName(record: EnvironmentRecord, { signal }: Cancellable): Promise<string> {
    return (await this.loadPlain(record, { signal })).project.name;
  }

  /** Title and description of a folder's stack; empty when it can't be loaded. */
  async describe(directory: string, { signal }: Cancellable): Promise<Pick<SlipwayExtension, 'title' | 'description'>> {
    const loaded = await loadProject({ cwd: directory, environment: this.#environment, signal }).catch(() => undefined);
    return loaded ? readSlipwayExtension(loaded) : { title: undefined, description: undefined };
  }

  /** Variables whose values belong into the secret store. */
  async secretNames(record: EnvironmentRecord, { signal }: Cancellable): Promise<ReadonlySet<string>> {
    const { profiles } = await this.extension(record, { signal });
    const asked = Object.values(profiles).flatMap(({ ask }) => Object.entries(ask));
    return new Set(asked.filter(([, { secret }]) => secret).map(([name]) => name));
  }

  /**
   * What the files say under `x-slipway`, also where they can be loaded only with an environment profile's values: then
   * as written, without interpolation. Raises `project.*`.
   */
  async extension(record: EnvironmentRecord, options: Cancellable): Promise<SlipwayExtension> {
    return (await this.#readExtension(record, options)).extension;
  }

  /** `plain` is what was loaded on the way, for whoever needs no profile. */
  async #readExtension(
    record: EnvironmentRecord,
    { signal }: Cancellable,
  ): Promise<{ extension: SlipwayExtension; plain?: LoadedProject }> {
    try {
      const plain = await this.loadPlain(record, { signal });
      return { extension: readSlipwayExtension(plain), plain };
    } catch (error) {
      if (!(error instanceof Fault && error.problem.code === 'project.invalid')) throw error;
      const document = await this.loadUninterpolated(record, { signal });
      const extension = readSlipwayExtension({ document, extensions: toData(document) as Record<string, unknown> });
      // Without a profile that could help, the first failure is the one to show.
      if (!chosenProfile(record, extension)) throw error;
      return { extension };
    }
  }

  /** The profiles to choose from, with what each asks for. Raises `project.*`. */
  async profileViews(record: EnvironmentRecord, options: Cancellable): Promise<EnvironmentProfileView[]> {
    return profileViews(await this.extension(record, options));
  }

  /** As Compose would load it: without environment profile and port remaps. Raises `project.*`. */
  async loadPlain(record: EnvironmentRecord, { signal, ...options }: Cancellable & LoadOptions): Promise<LoadedProject> {
    return loadProject({
      ...requestFor(record, { signal }),
      ...options,
      profiles: record.composeProfiles ?? [],
      environment: { ...this.#environment, ...record.values, ...(await this.#secrets.read(record.id)) },
    });
  }

  /** The merged files with their variables as written. Raises `project.*`. */
  loadUninterpolated(
    record: EnvironmentRecord,
    { signal, ...options }: Cancellable & Pick<LoadOptions, 'normalise' | 'resolvePaths'>,
  ): ReturnType<typeof loadUninterpolated> {
    return loadUninterpolated({ ...requestFor(record, { signal }), ...options, environment: this.#environment });
  }

  async #loadWith(profile: SlipwayProfile, record: EnvironmentRecord, { signal }: Cancellable): Promise<LoadedProject> {
    return loadProject({
      ...requestFor(record, { signal }),
      profiles: [...(record.composeProfiles ?? []), ...profile.profiles],
      environment: { ...this.#environment, ...(await this.#values(record, profile)) },
    });
  }

  /** What the person gave wins over the profile, and both over the surroundings and `.env`. */
  async #values(record: EnvironmentRecord, profile: SlipwayProfile): Promise<Record<string, string>> {
    const defaults = Object.entries(profile.ask).flatMap(([name, asked]) =>
      asked.default === undefined || this.#environment[name] !== undefined ? [] : [[name, asked.default] as const],
    );
    const values = {
      ...Object.fromEntries(defaults),
      ...profile.env,
      ...record.values,
      ...(await this.#secrets.read(record.id)),
    };
    const missing = Object.keys(profile.ask).filter(
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

function unresolvedAddress(place: string): Diagnostic {
  return {
    severity: 'warning',
    message: `The environment value ${place} names a port that is not known, and is left as it is.`,
    hint: 'Name a published port with \${port:SERVICE:CONTAINER_PORT}; one that the engine chooses is known from the first start on.',
  };
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
  if (record.profile === undefined) return profiles[defaultProfile];
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
