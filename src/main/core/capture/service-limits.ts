import type { ContainerDetails } from '../engine/containers.ts';

/** What every engine gives to a container that asks for nothing, by the names of the Engine API. */
const defaultShmBytes = 64 * 1024 * 1024;

/** Limits, rights and kernel settings of a container, as Compose writes them; what the engine filled in is left out. */
export function limitsOf({ hostConfig: host }: ContainerDetails): Record<string, unknown> {
  return given({
    mem_limit: host.Memory,
    mem_reservation: host.MemoryReservation,
    // Docker sets twice the memory where nothing was said.
    memswap_limit: host.MemorySwap === 2 * (host.Memory ?? 0) ? undefined : host.MemorySwap,
    mem_swappiness: host.MemorySwappiness === -1 ? undefined : (host.MemorySwappiness ?? undefined),
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    cpu_shares: host.CpuShares,
    cpu_period: host.CpuPeriod,
    cpu_quota: host.CpuQuota,
    cpuset: host.CpusetCpus,
    pids_limit: host.PidsLimit ?? undefined,
    shm_size: host.ShmSize === defaultShmBytes ? undefined : host.ShmSize,
    oom_score_adj: host.OomScoreAdj,
    oom_kill_disable: host.OomKillDisable,
    ulimits: Object.fromEntries((host.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, Soft === Hard ? Soft : { soft: Soft, hard: Hard }])),
    cap_add: host.CapAdd,
    cap_drop: host.CapDrop,
    privileged: host.Privileged,
    read_only: host.ReadonlyRootfs,
    // The engine adds this one to what is privileged.
    security_opt: (host.SecurityOpt ?? []).filter((option) => !(host.Privileged && option === 'label=disable')),
    sysctls: host.Sysctls,
    init: host.Init ?? undefined,
    ipc: sharedMode(host.IpcMode, ['private', 'shareable']),
    pid: sharedMode(host.PidMode, []),
    uts: sharedMode(host.UTSMode, []),
    userns_mode: sharedMode(host.UsernsMode, []),
    cgroup_parent: host.CgroupParent,
    runtime: host.Runtime === 'runc' ? undefined : host.Runtime,
    group_add: host.GroupAdd,
    extra_hosts: host.ExtraHosts,
    dns: host.Dns,
    dns_search: host.DnsSearch,
    dns_opt: host.DnsOptions,
    devices: (host.Devices ?? []).map(({ PathOnHost, PathInContainer, CgroupPermissions }) => `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`),
    logging: loggingOf(host.LogConfig),
    restart: restartOf(host.RestartPolicy),
  });
}

/** Without what says nothing: undefined, null, 0, false, '', empty lists and mappings. */
export function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isGiven(value)));
}

function isGiven(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** A mode that shares with another container can't be written down here: that container is known by its id only. */
function sharedMode(mode: string | undefined, defaults: readonly string[]): string | undefined {
  return mode === undefined || defaults.includes(mode) || mode.startsWith('container:') ? undefined : mode;
}

function loggingOf(config: ContainerDetails['hostConfig']['LogConfig']): object | undefined {
  const options = config?.Config ?? {};
  if (!config || (config.Type === 'json-file' && Object.keys(options).length === 0)) return undefined;
  return { driver: config.Type, ...(Object.keys(options).length > 0 ? { options } : {}) };
}

function restartOf(policy: ContainerDetails['hostConfig']['RestartPolicy']): string | undefined {
  if (!policy || policy.Name === '' || policy.Name === 'no') return undefined;
  return policy.MaximumRetryCount ? `${policy.Name}:${policy.MaximumRetryCount}` : policy.Name;
}
