import type { RegistryChange, RegistryRecord } from '../../../shared/models/registry.ts';
import { Fault } from '../base/fault.ts';
import { parseCertificates } from '../registry/connect/certificates.ts';
import { proxyAddress } from '../registry/connect/proxy-choice.ts';
import { isHub, mirrorAddress, registryHostOf } from '../registry/registry-host.ts';
import type { StateStore } from './state-store.ts';

/** What the person said about registries, as part of the state file. */
export class RegistrySettings {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  list(): readonly RegistryRecord[] {
    return this.#store.read().registries;
  }

  /** By its host; undefined where the person said nothing about it. */
  get(host: string): RegistryRecord | undefined {
    return this.list().find((record) => record.host === host);
  }

  /** The host that a person means by a host, an address, or the name that they gave. Raises `usage.invalid`. */
  hostOf(text: string): string {
    return this.list().find(({ name }) => name === text)?.host ?? registryHostOf(text);
  }

  /** Adds a registry or changes one; what is not given stays. Raises `usage.invalid` for an impossible value. */
  save({ host: given, name, mirrors, proxy, plainHttp }: RegistryChange): RegistryRecord {
    const host = registryHostOf(given);
    const { proxy: keptProxy, ...kept } = this.get(host) ?? newRegistry(host);
    for (const mirror of mirrors ?? []) mirrorAddress(mirror);
    const chosenProxy = proxy === undefined ? keptProxy : proxy ? proxyAddress(proxy) : undefined;
    return this.#put({
      ...kept,
      ...(name?.trim() ? { name: name.trim() } : {}),
      ...(mirrors === undefined ? {} : { mirrors: mirrors.map((mirror) => mirror.trim()) }),
      ...(plainHttp === undefined ? {} : { plainHttp }),
      ...(chosenProxy === undefined ? {} : { proxy: chosenProxy }),
    });
  }

  /** Trusts more certificates for a registry, in PEM. Raises `usage.invalid` when it is none. */
  trust(host: string, pem: string): RegistryRecord {
    const record = this.get(host) ?? newRegistry(host);
    const all = [...(record.ca === undefined ? [] : parseCertificates(record.ca)), ...parseCertificates(pem)];
    const unique = new Map(all.map((certificate) => [certificate.fingerprint, certificate.pem]));
    return this.#put({ ...record, ca: [...unique.values()].join('\n') });
  }

  /** Trusts only what the system trusts again. */
  distrust(host: string): void {
    const { ca: _ca, ...record } = this.#existing(host);
    this.#put(record);
  }

  /** Forgets all that the person said about it. Raises `registry.not-found`. */
  remove(host: string): void {
    this.#existing(host);
    this.#store.update((state) => ({ ...state, registries: state.registries.filter((record) => record.host !== host) }));
  }

  #existing(host: string): RegistryRecord {
    const record = this.get(host);
    if (record) return record;
    throw new Fault({
      code: 'registry.not-found',
      message: `Nothing was said about the registry ${host}.`,
      hint: 'List the registries with `slipway registry list`.',
      data: { host },
    });
  }

  #put(record: RegistryRecord): RegistryRecord {
    this.#store.update((state) => ({
      ...state,
      registries: [...state.registries.filter(({ host }) => host !== record.host), record].sort((a, b) => (a.host < b.host ? -1 : 1)),
    }));
    return record;
  }
}

/** What a registry is called that the person gave no name. */
export function registryName(host: string): string {
  return isHub(host) ? 'Docker Hub' : host;
}

function newRegistry(host: string): RegistryRecord {
  return { host, name: registryName(host), mirrors: [], plainHttp: false };
}
