import type { EndpointSettings, HealthConfig } from '../containers.ts';

/**
 * What the Engine API prints, as far as Slipway reads it (https://docs.docker.com/reference/api/engine/). Written with
 * the nulls that daemons really send for empty lists and maps.
 */
type Strings = Record<string, string>;

export interface WireVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly Components?: readonly { readonly Name: string }[] | null;
}

export interface WireInfo {
  readonly ID: string;
  readonly Name: string;
  readonly OperatingSystem: string;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly ContainersRunning: number;
  readonly Warnings?: readonly string[] | null;
  readonly RegistryConfig?: {
    readonly InsecureRegistryCIDRs?: readonly string[] | null;
    readonly IndexConfigs?: Record<string, { readonly Secure: boolean; readonly Name: string }> | null;
    readonly Mirrors?: readonly string[] | null;
  } | null;
}

export interface WireDiskUsage {
  readonly LayersSize?: number;
  readonly Containers?: readonly { readonly SizeRw?: number }[] | null;
  readonly Volumes?: readonly { readonly Name: string; readonly UsageData?: { readonly Size: number } | null }[] | null;
  readonly BuildCache?: readonly { readonly Size: number; readonly Shared?: boolean }[] | null;
}

export interface WireMount {
  readonly Type: string;
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
}

export interface WireContainer {
  readonly Id: string;
  readonly Names: readonly string[] | null;
  readonly Image: string;
  readonly ImageID: string;
  readonly Created: number;
  readonly State: string;
  readonly Status: string;
  readonly Labels: Strings | null;
  readonly Ports:
    | readonly { readonly IP?: string; readonly PrivatePort: number; readonly PublicPort?: number; readonly Type: string }[]
    | null;
  readonly Mounts: readonly WireMount[] | null;
}

export interface WireHealth {
  readonly Status: string;
  readonly Log?: readonly {
    readonly Start: string;
    readonly End: string;
    readonly ExitCode: number;
    readonly Output: string;
  }[] | null;
}

export interface WireContainerDetails {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Image: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Error: string;
    readonly OOMKilled: boolean;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: WireHealth | null;
  };
  readonly Config: { readonly Image: string; readonly Tty: boolean; readonly Labels: Strings | null };
  readonly HostConfig: object;
  readonly Mounts: readonly WireMount[] | null;
  readonly NetworkSettings: {
    readonly Ports?: Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null> | null;
    readonly Networks?: Record<
      string,
      {
        readonly NetworkID: string;
        readonly IPAddress: string;
        readonly Gateway: string;
        readonly Aliases?: readonly string[] | null;
        readonly IPAMConfig?: EndpointSettings['IPAMConfig'] | null;
      }
    > | null;
  };
}

export interface WireImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
  readonly Created: number;
  readonly Labels: Strings | null;
}

export interface WireImageHistory {
  readonly CreatedBy: string;
  readonly Created: number;
  readonly Size: number;
}

export interface WireImageDetails {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Created?: string;
  readonly Os: string;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
  readonly Config?: {
    readonly User?: string;
    readonly Env?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly Volumes?: Record<string, object> | null;
    readonly ExposedPorts?: Record<string, object> | null;
    readonly Healthcheck?: HealthConfig | null;
    readonly StopSignal?: string;
    readonly Labels?: Strings | null;
  } | null;
}

export interface WireVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Labels: Strings | null;
  readonly Options: Strings | null;
  readonly CreatedAt?: string;
}

export interface WireNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Internal: boolean;
  readonly Labels: Strings | null;
  readonly Options?: Strings | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null;
  readonly Containers?: Record<
    string,
    { readonly Name: string; readonly IPv4Address: string; readonly IPv6Address: string }
  > | null;
}

export interface WireEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Strings | null };
  readonly time: number;
  readonly timeNano: number;
}

interface WireCpu {
  readonly cpu_usage: { readonly total_usage: number; readonly percpu_usage?: readonly number[] | null };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

export interface WireStats {
  readonly read: string;
  readonly cpu_stats: WireCpu;
  readonly precpu_stats: WireCpu;
  readonly memory_stats: { readonly usage?: number; readonly limit?: number; readonly stats?: Record<string, number> };
  readonly networks?: Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }> | null;
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null;
  };
}
