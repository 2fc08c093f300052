import type { Cancellable } from '../base/abort.ts';
import type { EndpointSettings } from './containers.ts';
import type { LabelFilter } from './engine.ts';

export interface Networks {
  list(options?: LabelFilter): Promise<readonly Network[]>;
  /** Raises `engine.not-found`. Accepts a name or an id. */
  inspect(id: string, options?: Cancellable): Promise<NetworkDetails>;
  /** Returns the new network's id. Raises `network.conflict` when the name or the subnet is taken. */
  create(spec: NetworkSpec, options?: Cancellable): Promise<string>;
  /** No-op when it is gone. Raises `network.conflict` while containers are attached. */
  remove(id: string, options?: Cancellable): Promise<void>;
  connect(network: string, container: string, settings: EndpointSettings, options?: Cancellable): Promise<void>;
  disconnect(network: string, container: string, options?: Cancellable & { readonly force?: boolean }): Promise<void>;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnets: readonly string[];
}

export interface NetworkDetails extends Network {
  /** Container id → its endpoint here. */
  readonly containers: Readonly<Record<string, { readonly name: string; readonly ipv4: string; readonly ipv6: string }>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface NetworkSpec {
  readonly name: string;
  readonly driver?: string;
  readonly driverOptions?: Readonly<Record<string, string>>;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly enableIPv4?: boolean;
  readonly enableIPv6?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ipam?: {
    readonly driver?: string;
    readonly options?: Readonly<Record<string, string>>;
    readonly config?: readonly {
      readonly subnet?: string;
      readonly ipRange?: string;
      readonly gateway?: string;
      readonly auxiliaryAddresses?: Readonly<Record<string, string>>;
    }[];
  };
}
