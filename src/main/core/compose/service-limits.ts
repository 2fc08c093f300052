import type { Extensible, StringMap } from './extensible.ts';
import type { DeviceRequest } from './project.ts';

export interface BlkioConfig extends Extensible {
  readonly weight?: number;
  readonly weight_device?: readonly WeightDevice[];
  readonly device_read_bps?: readonly ThrottleDevice[];
  readonly device_read_iops?: readonly ThrottleDevice[];
  readonly device_write_bps?: readonly ThrottleDevice[];
  readonly device_write_iops?: readonly ThrottleDevice[];
}

/** The reference prints these two with capital letters. */
export interface WeightDevice extends Extensible {
  readonly Path: string;
  readonly Weight: number;
}

export interface ThrottleDevice extends Extensible {
  readonly Path: string;
  readonly Rate: string;
}

export interface Deploy extends Extensible {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: StringMap;
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
  readonly resources: Resources;
  readonly restart_policy?: RestartPolicy;
  readonly placement: Placement;
  readonly endpoint_mode?: string;
}

export interface UpdateConfig extends Extensible {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface Resources extends Extensible {
  readonly limits?: Resource;
  readonly reservations?: Resource;
}

export interface Resource extends Extensible {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
  readonly devices?: readonly DeviceRequest[];
  readonly generic_resources?: readonly GenericResource[];
}

export interface GenericResource extends Extensible {
  readonly discrete_resource_spec?: Extensible & { readonly kind: string; readonly value: number };
}

export interface RestartPolicy extends Extensible {
  readonly condition?: string;
  readonly delay?: string;
  readonly max_attempts?: number;
  readonly window?: string;
}

export interface Placement extends Extensible {
  readonly constraints?: readonly string[];
  readonly preferences?: readonly (Extensible & { readonly spread?: string })[];
  readonly max_replicas_per_node?: number;
}
