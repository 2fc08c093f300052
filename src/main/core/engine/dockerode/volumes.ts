import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { LabelFilter } from '../engine.ts';
import type { Volume, Volumes, VolumeSpec } from '../volumes.ts';
import { aboutVolume } from './attempt.ts';
import { labelFilter } from './label-filter.ts';
import type { Transport } from './transport.ts';
import type { WireContainer, WireVolume } from './wire.ts';

export class DockerodeVolumes implements Volumes {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly Volume[]> {
    const request = { path: '/volumes', query: labelFilter(labels), attempt: { doing: 'list the volumes' }, signal };
    const { Volumes: volumes } = await this.transport.json<{ Volumes: WireVolume[] | null }>(request);
    return (volumes ?? []).map(volume);
  }

  async inspect(name: string, { signal }: Cancellable = {}): Promise<Volume> {
    const request = { path: volumePath(name), attempt: aboutVolume('inspect', name), signal };
    return volume(await this.transport.json<WireVolume>(request));
  }

  async create(spec: VolumeSpec, { signal }: Cancellable = {}): Promise<Volume> {
    const body = {
      Name: spec.name,
      Driver: spec.driver ?? 'local',
      DriverOpts: spec.driverOptions ?? {},
      Labels: spec.labels ?? {},
    };
    const attempt = aboutVolume('create', spec.name);
    return volume(await this.transport.json<WireVolume>({ method: 'POST', path: '/volumes/create', body, attempt, signal }));
  }

  async remove(name: string, { signal, force }: Parameters<Volumes['remove']>[1] = {}): Promise<void> {
    const attempt = aboutVolume('remove', name);
    try {
      await this.transport.runUnlessGone({ method: 'DELETE', path: volumePath(name), query: { force }, attempt, signal });
    } catch (error) {
      if (!(error instanceof Fault) || error.problem.code !== 'volume.in-use') throw error;
      throw await this.inUse(name, error, signal);
    }
  }

  /** The daemon names holders by id, some daemons not at all; people know them by name. */
  private async inUse(name: string, fault: Fault, signal: AbortSignal | undefined): Promise<Fault> {
    const query = { all: true, filters: { volume: [name] } };
    const attempt = { doing: `find who uses the volume ${name}` };
    const found = await this.transport.json<WireContainer[]>({ path: '/containers/json', query, attempt, signal });
    const containers = found.map(({ Id, Names }) => Names?.[0]?.replace(/^\//, '') ?? Id);
    const message = `The volume ${name} is in use by ${containers.join(', ') || 'a container'}.`;
    return new Fault({ ...fault.problem, message, data: { volume: name, containers } }, { cause: fault });
  }
}

function volumePath(name: string): string {
  return `/volumes/${encodeURIComponent(name)}`;
}

function volume(wire: WireVolume): Volume {
  return {
    name: wire.Name,
    driver: wire.Driver,
    mountpoint: wire.Mountpoint,
    labels: wire.Labels ?? {},
    driverOptions: wire.Options ?? {},
    ...(wire.CreatedAt !== undefined && { createdAt: new Date(wire.CreatedAt) }),
  };
}
