import type { Readable } from 'node:stream';
import type { Cancellable } from '../base/abort.ts';
import type { LabelFilter, Platform } from './engine.ts';

export interface Containers {
  /** All containers, stopped ones too, that match every label. */
  list(options?: LabelFilter): Promise<readonly ContainerSummary[]>;
  /** Raises `engine.not-found`. */
  inspect(id: string, options?: Cancellable): Promise<ContainerDetails>;
  /**
   * Makes a container and returns its id. Cancelled, it leaves none, not even a moment later. Raises `image.not-found`
   * when its image is not on the engine, `engine.conflict` when the name is taken.
   */
  create(spec: ContainerSpec, options?: Cancellable): Promise<string>;
  /** Raises `port.conflict` when a host port is taken, `bind.source-missing`, `engine.rejected`. No-op when running. */
  start(id: string, options?: Cancellable): Promise<void>;
  /** Sends the stop signal, then kills after `graceSeconds` (the container's own default when absent). No-op when stopped. */
  stop(id: string, options?: Cancellable & { readonly graceSeconds?: number }): Promise<void>;
  kill(id: string, options?: Cancellable & { readonly signalName?: string }): Promise<void>;
  pause(id: string, options?: Cancellable): Promise<void>;
  unpause(id: string, options?: Cancellable): Promise<void>;
  rename(id: string, name: string, options?: Cancellable): Promise<void>;
  /** Removes a container; `force` kills it first, `volumes` removes its anonymous volumes. No-op when it is gone. */
  remove(id: string, options?: Cancellable & { readonly force?: boolean; readonly volumes?: boolean }): Promise<void>;
  /** Resolves with the exit code when the container stops (at once when it isn't running). */
  wait(id: string, options?: Cancellable): Promise<number>;
  /** Log lines, oldest first. Ends when the container does, or at once unless `follow`. Works with and without a TTY. */
  logs(id: string, options?: LogOptions): AsyncIterable<LogLine>;
  /** One sample a second until aborted, or one sample when `once`. */
  stats(id: string, options?: Cancellable & { readonly once?: boolean }): AsyncIterable<ContainerStats>;
  /** Runs a command to its end, collecting at most `maxBytes` (default 1 MiB) of each stream; the rest is dropped. */
  exec(id: string, spec: ExecSpec, options?: Cancellable & { readonly maxBytes?: number }): Promise<ExecResult>;
  /** Starts a command attached to streams. With `tty`, `stdout` carries everything and `stderr` is empty. */
  execAttached(id: string, spec: ExecSpec, options?: Cancellable): Promise<ExecSession>;
  /**
   * A tar stream of `path`. Reading `/v` keeps the directory's own entry; reading `/v/.` would lose owner and mode.
   * Until it is read to its end or destroyed, Docker holds that container locked: inspecting, stopping or writing to
   * the same container waits. Read and write through two containers.
   */
  readArchive(id: string, path: string, options?: Cancellable): Promise<Readable>;
  /** Unpacks a tar stream below the existing directory `path`. Resolves when the daemon has written everything. */
  writeArchive(id: string, path: string, tar: Readable, options?: Cancellable): Promise<void>;
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type HealthStatus = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface PortBinding {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Absent for an exposed port that is not published. */
  readonly hostIp?: string;
  readonly hostPort?: number;
}

export interface ContainerSummary {
  readonly id: string;
  /** Without the API's leading slash. */
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** The daemon's sentence, e.g. "Up 3 minutes (healthy)". */
  readonly status: string;
  readonly health: HealthStatus;
  readonly createdAt: Date;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortBinding[];
  readonly mounts: readonly MountPoint[];
}

export interface MountPoint {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'image' | 'cluster';
  /** Volume name for volumes. */
  readonly name?: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ContainerDetails extends ContainerSummary {
  readonly exitCode: number;
  /** Set when the daemon itself could not start the process. */
  readonly error: string;
  readonly oomKilled: boolean;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly restartCount: number;
  readonly pid: number;
  readonly tty: boolean;
  readonly healthLog: readonly HealthProbe[];
  /** The container's own configuration, as the Engine API prints it: for comparison and for recreating. */
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  readonly networks: Readonly<Record<string, EndpointState>>;
}

export interface HealthProbe {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly exitCode: number;
  readonly output: string;
}

export interface EndpointState {
  readonly networkId: string;
  readonly ipAddress: string;
  readonly gateway: string;
  readonly aliases: readonly string[];
  /** Addresses that were asked for; absent where the engine chose them. */
  readonly fixed?: EndpointSettings['IPAMConfig'];
}

/** Body of `POST /containers/create`, in the API's own names; plus the name and platform that go into the query. */
export interface ContainerSpec extends ContainerConfig {
  readonly name: string;
  readonly platform?: Platform;
  readonly HostConfig?: HostConfig;
  readonly NetworkingConfig?: { readonly EndpointsConfig: Readonly<Record<string, EndpointSettings>> };
}

/** Engine API `ContainerConfig`. */
export interface ContainerConfig {
  readonly Image: string;
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly User?: string;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, object>> | null;
  readonly Volumes?: Readonly<Record<string, object>> | null;
  readonly Healthcheck?: HealthConfig;
  readonly StopSignal?: string;
  readonly StopTimeout?: number;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly MacAddress?: string;
  readonly NetworkDisabled?: boolean;
}

/** Engine API `HealthConfig`; durations in nanoseconds. */
export interface HealthConfig {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly Retries?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
}

/** Engine API `HostConfig`, the fields that Compose can ask for. Sizes in bytes. */
export interface HostConfig {
  readonly Binds?: readonly string[] | null;
  readonly Mounts?: readonly MountSpec[];
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly PortBindings?: Readonly<Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[]>>;
  readonly NetworkMode?: string;
  readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount?: number };
  readonly AutoRemove?: boolean;
  readonly VolumesFrom?: readonly string[] | null;
  readonly VolumeDriver?: string;
  readonly CapAdd?: readonly string[] | null;
  readonly CapDrop?: readonly string[] | null;
  readonly CgroupnsMode?: string;
  readonly Dns?: readonly string[];
  readonly DnsOptions?: readonly string[];
  readonly DnsSearch?: readonly string[];
  readonly ExtraHosts?: readonly string[] | null;
  readonly GroupAdd?: readonly string[] | null;
  readonly IpcMode?: string;
  readonly Cgroup?: string;
  readonly CgroupParent?: string;
  readonly Links?: readonly string[] | null;
  readonly OomScoreAdj?: number;
  readonly OomKillDisable?: boolean;
  readonly PidMode?: string;
  readonly PidsLimit?: number | null;
  readonly Privileged?: boolean;
  readonly PublishAllPorts?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly SecurityOpt?: readonly string[] | null;
  readonly StorageOpt?: Readonly<Record<string, string>>;
  readonly UTSMode?: string;
  readonly UsernsMode?: string;
  readonly ShmSize?: number;
  readonly Sysctls?: Readonly<Record<string, string>>;
  readonly Runtime?: string;
  readonly Init?: boolean | null;
  readonly Isolation?: string;
  readonly LogConfig?: { readonly Type: string; readonly Config?: Readonly<Record<string, string>> };
  readonly Annotations?: Readonly<Record<string, string>>;
  readonly Memory?: number;
  readonly MemoryReservation?: number;
  readonly MemorySwap?: number;
  readonly MemorySwappiness?: number | null;
  readonly NanoCpus?: number;
  readonly CpuShares?: number;
  readonly CpuPeriod?: number;
  readonly CpuQuota?: number;
  readonly CpuRealtimePeriod?: number;
  readonly CpuRealtimeRuntime?: number;
  readonly CpusetCpus?: string;
  readonly CpusetMems?: string;
  readonly CpuCount?: number;
  readonly CpuPercent?: number;
  readonly BlkioWeight?: number;
  readonly BlkioWeightDevice?: readonly { readonly Path: string; readonly Weight: number }[];
  readonly BlkioDeviceReadBps?: readonly ThrottleDevice[];
  readonly BlkioDeviceWriteBps?: readonly ThrottleDevice[];
  readonly BlkioDeviceReadIOps?: readonly ThrottleDevice[];
  readonly BlkioDeviceWriteIOps?: readonly ThrottleDevice[];
  readonly Devices?: readonly {
    readonly PathOnHost: string;
    readonly PathInContainer: string;
    readonly CgroupPermissions: string;
  }[];
  readonly DeviceCgroupRules?: readonly string[] | null;
  readonly DeviceRequests?: readonly DeviceRequest[] | null;
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null;
}

export interface ThrottleDevice {
  readonly Path: string;
  readonly Rate: number;
}

export interface DeviceRequest {
  readonly Driver?: string;
  readonly Count?: number;
  readonly DeviceIDs?: readonly string[];
  readonly Capabilities?: readonly (readonly string[])[];
  readonly Options?: Readonly<Record<string, string>>;
}

/** Engine API `Mount`. */
export interface MountSpec {
  readonly Type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'image' | 'cluster';
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    readonly CreateMountpoint?: boolean;
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly Subpath?: string;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Readonly<Record<string, string>> };
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
  readonly ImageOptions?: { readonly Subpath?: string };
}

/** Engine API `EndpointSettings`. */
export interface EndpointSettings {
  readonly Aliases?: readonly string[];
  readonly Links?: readonly string[];
  readonly IPAMConfig?: {
    readonly IPv4Address?: string;
    readonly IPv6Address?: string;
    readonly LinkLocalIPs?: readonly string[];
  };
  readonly MacAddress?: string;
  readonly DriverOpts?: Readonly<Record<string, string>>;
  readonly GwPriority?: number;
}

export interface LogOptions extends Cancellable {
  readonly follow?: boolean;
  /** Only the newest N lines. */
  readonly tail?: number;
  readonly since?: Date;
  readonly until?: Date;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly at: Date;
  /** Without the line end. A line over 1 MiB is split. */
  readonly text: string;
}

export interface ContainerStats {
  readonly at: Date;
  /** Share of one CPU: 1.5 is one and a half CPUs. */
  readonly cpu: number;
  /** Without the page cache, as `docker stats` counts it. */
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
  readonly blockReadBytes: number;
  readonly blockWrittenBytes: number;
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly environment?: readonly string[];
  readonly tty?: boolean;
  readonly privileged?: boolean;
  /** Sent to the command's standard input, which is then closed. */
  readonly input?: Readable;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecSession {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: Readable;
  readonly stderr: Readable;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves with the exit code once the command has ended and its output was read. */
  readonly exit: Promise<number>;
}
