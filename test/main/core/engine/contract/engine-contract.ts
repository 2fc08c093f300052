import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archivesContract } from './archives.ts';
import { containersContract } from './containers.ts';
import type { EngineUnderTest, StartEngineUnderTest } from './engine-under-test.ts';
import { eventsContract } from './events.ts';
import { imagesContract } from './images.ts';
import { processesContract } from './processes.ts';
import { resourcesContract } from './resources.ts';
import { expectProblem } from './support.ts';

/** Holds an implementation of Engine to the obligations of `src/main/core/engine`. */
export function engineContract(name: string, start: StartEngineUnderTest): void {
  describe(name, () => {
    let subject: EngineUnderTest;
    const given = (): EngineUnderTest => subject;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(async () => {
      await subject.stop();
    });

    containersContract(given);
    processesContract(given);
    archivesContract(given);
    resourcesContract(given);
    imagesContract(given);
    eventsContract(given);

    test('rejects calls once it was closed', async () => {
      const { engine } = subject;
      await engine.close();
      await expectProblem(engine.containers.list(), 'engine.lost');
      await expect(engine.close()).resolves.toBeUndefined();
    });
  });
}
