import type { DeviceRequest as WantedDevice, Service, Ulimit } from '../../compose/project.ts';
import type { DeviceRequest, HostConfig, ThrottleDevice } from '../../engine/containers.ts';

/** Limits, reservations and devices. `deploy.resources` wins over the older attributes, as in Compose v2. */
export function resourcesOf(service: Service): Partial<HostConfig> {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const requests = deviceRequests(service);
  return {
    ...numbers({
      Memory: number(limits?.memory) ?? number(service.mem_limit),
      MemorySwap: number(service.memswap_limit),
      MemorySwappiness: number(service.mem_swappiness),
      MemoryReservation: number(reservations?.memory) ?? number(service.mem_reservation),
      NanoCpus: nanoCpus(limits?.cpus) ?? nanoCpus(service.cpus),
      CpuCount: service.cpu_count,
      CpuPeriod: service.cpu_period,
      CpuQuota: service.cpu_quota,
      CpuRealtimePeriod: service.cpu_rt_period,
      CpuRealtimeRuntime: service.cpu_rt_runtime,
      CpuShares: service.cpu_shares,
      CpuPercent: service.cpu_percent === undefined ? undefined : Math.trunc(service.cpu_percent * 100),
      PidsLimit: limits?.pids !== undefined && limits.pids > 0 ? limits.pids : service.pids_limit,
    }),
    OomKillDisable: service.oom_kill_disable ?? false,
    ...(service.cpuset === undefined ? {} : { CpusetCpus: service.cpuset }),
    ...(service.cgroup_parent === undefined ? {} : { CgroupParent: service.cgroup_parent }),
    ...(service.device_cgroup_rules ? { DeviceCgroupRules: service.device_cgroup_rules } : {}),
    ...blkio(service),
    ...devices(service),
    ...(requests.length > 0 ? { DeviceRequests: requests } : {}),
    ...(service.ulimits ? { Ulimits: ulimitsOf(service.ulimits) } : {}),
  };
}

/** Zero means "not set" in Compose's model. */
function numbers(values: Readonly<Record<string, number | undefined>>): Partial<HostConfig> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== 0));
}

function number(text: string | undefined): number | undefined {
  return text === undefined || Number(text) === 0 ? undefined : Number(text);
}

/** Compose computes with 32-bit floats, which shows in the last digits. */
function nanoCpus(cpus: number | undefined): number | undefined {
  return cpus === undefined || cpus === 0 ? undefined : Math.trunc(Math.fround(Math.fround(cpus) * 1e9));
}

function blkio({ blkio_config: config }: Service): Partial<HostConfig> {
  if (!config) return {};
  const throttles = (devices: readonly { readonly Path: string; readonly Rate: string }[] | undefined): readonly ThrottleDevice[] | undefined =>
    devices?.map(({ Path, Rate }) => ({ Path, Rate: Number(Rate) }));
  const fields = {
    BlkioWeight: config.weight,
    BlkioWeightDevice: config.weight_device?.map(({ Path, Weight }) => ({ Path, Weight })),
    BlkioDeviceReadBps: throttles(config.device_read_bps),
    BlkioDeviceReadIOps: throttles(config.device_read_iops),
    BlkioDeviceWriteBps: throttles(config.device_write_bps),
    BlkioDeviceWriteIOps: throttles(config.device_write_iops),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Names of the Container Device Interface: `vendor.com/class=name`. */
const cdiName = /^[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]\/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*$/;

function isCdi({ source, target }: NonNullable<Service['devices']>[number]): boolean {
  return source !== undefined && source === target && cdiName.test(source);
}

function devices({ devices: wanted }: Service): Partial<HostConfig> {
  const plain = (wanted ?? []).filter((device) => !isCdi(device));
  if (plain.length === 0) return {};
  return {
    Devices: plain.map(({ source = '', target = '', permissions = '' }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
  };
}

function deviceRequests(service: Service): DeviceRequest[] {
  const reserved = (service.deploy?.resources.reservations?.devices ?? []).map((device) => deviceRequest(device, device.capabilities ?? []));
  const cdi = (service.devices ?? []).filter(isCdi).map(({ source = '' }) => source);
  const gpus = (service.gpus ?? []).map((gpu) => deviceRequest(gpu, [...(gpu.capabilities ?? []), 'gpu']));
  return [...reserved, ...(cdi.length > 0 ? [{ Driver: 'cdi', DeviceIDs: cdi }] : []), ...gpus];
}

function deviceRequest({ driver, count, device_ids: ids, options }: WantedDevice, capabilities: readonly string[]): DeviceRequest {
  return {
    ...(driver === undefined ? {} : { Driver: driver }),
    ...(count === undefined ? {} : { Count: count }),
    ...(ids ? { DeviceIDs: ids } : {}),
    Capabilities: [capabilities],
    ...(options ? { Options: options } : {}),
  };
}

/** Limits in the Engine API's form; one number stands for both. */
export function ulimitsOf(wanted: Readonly<Record<string, Ulimit>>): NonNullable<HostConfig['Ulimits']> {
  return Object.entries(wanted).map(([name, limit]) =>
    typeof limit === 'number' ? { Name: name, Soft: limit, Hard: limit } : { Name: name, Soft: limit.soft ?? 0, Hard: limit.hard ?? 0 },
  );
}
