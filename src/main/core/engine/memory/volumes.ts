import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { LabelFilter } from '../engine.ts';
import type { Volume, Volumes, VolumeSpec } from '../volumes.ts';
import { notFound } from './faults.ts';
import { matchesLabels } from './label-match.ts';
import type { World } from './world.ts';

export class MemoryVolumes implements Volumes {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly Volume[]> {
    await this.#enter('list', '', signal);
    return [...this.#world.volumes.values()].map(({ volume }) => volume).filter((volume) => matchesLabels(volume.labels, labels));
  }

  async inspect(name: string, { signal }: Cancellable = {}): Promise<Volume> {
    await this.#enter('inspect', name, signal);
    const stored = this.#world.volumes.get(name);
    if (!stored) throw notFound('volume', name);
    return stored.volume;
  }

  async create(spec: VolumeSpec, { signal }: Cancellable = {}): Promise<Volume> {
    await this.#enter('create', spec.name, signal);
    return this.#world.volume(spec.name, spec).volume;
  }

  async remove(name: string, { signal }: Parameters<Volumes['remove']>[1] = {}): Promise<void> {
    await this.#enter('remove', name, signal);
    if (!this.#world.volumes.has(name)) return;
    const holders = [...this.#world.containers.values()].filter(({ mounts }) => mounts.some(({ point }) => point.name === name));
    const containers = holders.map((container) => container.name);
    if (containers.length > 0) {
      throw new Fault({
        code: 'volume.in-use',
        message: `The volume ${name} is in use by ${containers.join(', ')}.`,
        hint: 'Remove those containers first.',
        data: { volume: name, containers },
      });
    }
    this.#world.volumes.delete(name);
    this.#world.emit('volume', 'destroy', name, { driver: 'local' });
  }

  async #enter(call: string, subject: string, signal: AbortSignal | undefined): Promise<void> {
    await Promise.resolve();
    this.#world.enter(`volumes.${call}`, subject, { signal });
  }
}
