import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../../../src/main/core/engine/events.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { unique } from './support.ts';

export function eventsContract(given: () => EngineUnderTest): void {
  describe('events', () => {
    test('tell of every change from the moment of watching on, until aborted', async () => {
      const { engine, image } = given();
      const [name, volume, network] = [unique('seen'), unique('seen'), unique('seen')];
      const abort = new AbortController();
      const seen: string[] = [];
      let connected: () => void = () => undefined;
      const ready = new Promise<void>((resolve) => (connected = resolve));
      const watching = (async () => {
        for await (const event of engine.events.watch({ signal: abort.signal, labels: [`test.events=${name}`] })) {
          if (event.kind === 'connected') connected();
          const told = describeEvent(event, [name, volume, network]);
          if (told !== undefined) seen.push(told);
          if (told === `container destroy ${name}`) abort.abort();
        }
      })();
      await ready;
      await engine.volumes.create({ name: volume });
      await engine.networks.create({ name: network });
      const other = await engine.containers.create({ name: unique('unseen'), Image: image });
      const id = await engine.containers.create({ name, Image: image, Labels: { 'test.events': name } });
      await engine.containers.start(id);
      await engine.containers.kill(id);
      await engine.containers.wait(id);
      await engine.volumes.remove(volume);
      await engine.networks.remove(network);
      await engine.containers.remove(other);
      await engine.containers.remove(id);
      await watching;
      expect(seen).toEqual(
        expect.arrayContaining([
          `volume create ${volume}`,
          `network create ${network}`,
          `container create ${name}`,
          `container start ${name}`,
          `container die ${name}`,
          `volume destroy ${volume}`,
          `network destroy ${network}`,
          `container destroy ${name}`,
        ]),
      );
      expect(seen.filter((told) => told.startsWith('container')).every((told) => told.endsWith(name))).toBe(true);
    });
  });
}

/** Containers are known by name here, as ids are made while watching. */
function describeEvent(event: EngineEvent, names: readonly string[]): string | undefined {
  if (event.kind === 'connected' || event.kind === 'disconnected') return undefined;
  const subject = event.kind === 'container' ? (event.attributes['name'] ?? event.id) : event.id;
  if (event.kind !== 'container' && !names.includes(subject)) return undefined;
  return `${event.kind} ${event.action} ${subject}`;
}
