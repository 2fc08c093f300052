import type { Develop } from './develop.ts';
import type { Extensible, NullableStringMap, StringMap } from './extensible.ts';
import type { BlkioConfig, Deploy } from './service-limits.ts';

/**
 * The canonical project: what loading Compose files yields, in the shape that `docker compose config --format json`
 * prints. Durations are Go duration strings ("1m30s"), byte sizes decimal strings ("1048576"), file modes octal
 * strings ("0440"); references between services have become `depends_on`. Attributes that a file leaves out are absent.
 *
 * Source of the attributes: the Compose Specification (https://github.com/compose-spec/compose-spec).
 */

export interface Project extends Extensible {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, Network>>;
  readonly volumes?: Readonly<Record<string, Volume>>;
  readonly secrets?: Readonly<Record<string, FileObject>>;
  readonly configs?: Readonly<Record<string, FileObject>>;
  readonly models?: Readonly<Record<string, Model>>;
}

export interface Service extends Extensible {
  readonly profiles?: readonly string[];
  readonly annotations?: StringMap;
  readonly attach?: boolean;
  readonly build?: Build;
  readonly develop?: Develop;
  readonly blkio_config?: BlkioConfig;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  /** `null`: the image decides; `[]`: explicitly none. */
  readonly command: readonly string[] | null;
  readonly configs?: readonly FileReference[];
  readonly container_name?: string;
  readonly credential_spec?: CredentialSpec;
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly deploy?: Deploy;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly DeviceMapping[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly dockerfile?: string;
  readonly domainname?: string;
  /** `null`: the image decides; `[]`: explicitly none. */
  readonly entrypoint: readonly string[] | null;
  readonly provider?: Provider;
  readonly environment?: NullableStringMap;
  readonly env_file?: readonly EnvFile[];
  readonly expose?: readonly string[];
  readonly extends?: Extends;
  readonly external_links?: readonly string[];
  /** `host=address`, sorted. */
  readonly extra_hosts?: readonly string[];
  readonly group_add?: readonly string[];
  readonly gpus?: readonly DeviceRequest[];
  readonly hostname?: string;
  readonly healthcheck?: Healthcheck;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: StringMap;
  readonly label_file?: readonly string[];
  readonly links?: readonly string[];
  readonly logging?: Logging;
  readonly log_driver?: string;
  readonly log_opt?: StringMap;
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly memswap_limit?: string;
  readonly mem_swappiness?: string;
  readonly mac_address?: string;
  readonly models?: Readonly<Record<string, ServiceModel | null>>;
  readonly net?: string;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, ServiceNetwork | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly Port[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileReference[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: StringMap;
  readonly sysctls?: StringMap;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, Ulimit>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volume_driver?: string;
  readonly volumes?: readonly Mount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly post_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
}

export interface Build extends Extensible {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly args?: NullableStringMap;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly ssh?: readonly SshKey[];
  readonly labels?: StringMap;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly additional_contexts?: StringMap;
  readonly pull?: boolean;
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly network?: string;
  readonly target?: string;
  readonly secrets?: readonly FileReference[];
  readonly shm_size?: string;
  readonly tags?: readonly string[];
  readonly ulimits?: Readonly<Record<string, Ulimit>>;
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
}

/** Printed as the id alone where there is no path. */
export interface SshKey {
  readonly id: string;
  readonly path?: string;
}

export interface Hook extends Extensible {
  readonly command: readonly string[] | null;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: NullableStringMap;
}

export interface DeviceMapping extends Extensible {
  readonly source?: string;
  readonly target?: string;
  readonly permissions?: string;
}

export interface DeviceRequest {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  /** -1 means all. */
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: StringMap;
}

export interface CredentialSpec extends Extensible {
  readonly config?: string;
  readonly file?: string;
  readonly registry?: string;
}

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface Dependency extends Extensible {
  readonly condition?: DependencyCondition;
  /** Restart the dependent service after Compose itself has updated this dependency. */
  readonly restart?: boolean;
  /** `false`: only a warning when the dependency is not started or not available. */
  readonly required: boolean;
}

export interface Provider extends Extensible {
  readonly type?: string;
  readonly options?: Readonly<Record<string, readonly string[]>>;
}

/** Printed as the path alone where the file is required. */
export interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  /** `raw`: values are taken literally, without quotes or interpolation. */
  readonly format?: string;
}

export interface Extends {
  readonly file?: string;
  readonly service?: string;
}

export interface Healthcheck extends Extensible {
  /** First word `CMD`, `CMD-SHELL` or `NONE`. */
  readonly test?: readonly string[];
  readonly timeout?: string;
  readonly interval?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
}

export interface Logging extends Extensible {
  readonly driver?: string;
  readonly options?: StringMap;
}

export interface ServiceModel extends Extensible {
  readonly endpoint_var?: string;
  readonly model_var?: string;
}

export interface ServiceNetwork extends Extensible {
  readonly aliases?: readonly string[];
  readonly driver_opts?: StringMap;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

export interface Port extends Extensible {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target?: number;
  /** A port ("8080"), a range ("8080-8090"), or absent: the engine picks one. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

export interface Mount extends Extensible {
  readonly type?: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: MountBind;
  readonly volume?: MountVolume;
  readonly tmpfs?: MountTmpfs;
  readonly image?: Extensible & { readonly subpath?: string };
}

export interface MountBind extends Extensible {
  readonly selinux?: string;
  readonly propagation?: string;
  readonly create_host_path?: boolean;
  readonly recursive?: string;
}

export interface MountVolume extends Extensible {
  readonly labels?: StringMap;
  readonly nocopy?: boolean;
  readonly subpath?: string;
}

export interface MountTmpfs extends Extensible {
  readonly size?: string;
  readonly mode?: number;
}

export interface FileReference extends Extensible {
  readonly source?: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: string;
}

/** One number for both limits, or the two apart. */
export type Ulimit = number | (Extensible & { readonly soft?: number; readonly hard?: number });

export interface Network extends Extensible {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
  readonly ipam: Ipam;
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: StringMap;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface Ipam extends Extensible {
  readonly driver?: string;
  readonly config?: readonly IpamPool[];
}

export interface IpamPool extends Extensible {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ip_range?: string;
  readonly aux_addresses?: StringMap;
}

export interface Volume extends Extensible {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
  readonly external?: boolean;
  readonly labels?: StringMap;
}

/** A secret or a config. `content` of a secret is kept for those who create it and never printed. */
export interface FileObject extends Extensible {
  readonly name?: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: StringMap;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
  readonly template_driver?: string;
}

export interface Model extends Extensible {
  readonly name?: string;
  readonly model?: string;
  readonly context_size?: number;
  readonly runtime_flags?: readonly string[];
}
