import type { Cancellable } from '../base/abort.ts';
import type { LabelFilter } from './engine.ts';

export interface Volumes {
  list(options?: LabelFilter): Promise<readonly Volume[]>;
  /** Raises `volume.not-found`. */
  inspect(name: string, options?: Cancellable): Promise<Volume>;
  /** Makes a volume; when one of that name and driver exists, returns it unchanged. */
  create(spec: VolumeSpec, options?: Cancellable): Promise<Volume>;
  /** No-op when it is gone. Raises `volume.in-use`, naming the containers that hold it in `data.containers`. */
  remove(name: string, options?: Cancellable & { readonly force?: boolean }): Promise<void>;
}

export interface Volume {
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

export interface VolumeSpec {
  readonly name: string;
  readonly driver?: string;
  readonly driverOptions?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}
