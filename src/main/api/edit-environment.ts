import type { Cancellable } from '../core/base/abort.ts';
import type { Core } from '../core/create-core.ts';

export interface EnvironmentEdit {
  readonly environmentId: string;
  readonly name?: string | undefined;
  /** Null: none. */
  readonly profile?: string | null | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** Stores what the person changed: plain values in the library, the profile's secret ones in the secret store. */
export async function editEnvironment(core: Core, edit: EnvironmentEdit, { signal }: Cancellable): Promise<void> {
  const secretNames = await core.loader.secretNames(core.library.get(edit.environmentId), { signal });
  const given = Object.entries(edit.values ?? {});
  const secrets = Object.fromEntries(given.filter(([name]) => secretNames.has(name)));
  if (Object.keys(secrets).length > 0) {
    const kept = await core.secrets.read(edit.environmentId);
    await core.secrets.write(edit.environmentId, { ...kept, ...secrets });
  }
  core.library.update(edit.environmentId, ({ profile, ...record }) => {
    const chosen = edit.profile === undefined ? profile : (edit.profile ?? undefined);
    return {
      ...record,
      ...(edit.name === undefined ? {} : { name: edit.name }),
      ...(chosen === undefined ? {} : { profile: chosen }),
      ...(edit.values === undefined ? {} : { values: Object.fromEntries(given.filter(([name]) => !secretNames.has(name))) }),
    };
  });
}
