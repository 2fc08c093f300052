import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Quitting } from '../../../src/main/shell/quitting.ts';

const keepWorking = 0;
const cancelAndQuit = 1;

/** An Electron app as far as quitting goes: `before-quit` can hold it back. */
class FakeApp extends EventEmitter {
  left = false;
  quit(): void {
    let held = false;
    this.emit('before-quit', { preventDefault: () => (held = true) });
    this.left = !held;
  }
}

describe('Quitting', () => {
  let app: FakeApp;
  let jobs: string[];
  let answer: number;
  let asked: string[];
  let closed: boolean;
  let quitting: Quitting;

  beforeEach(() => {
    app = new FakeApp();
    jobs = [];
    asked = [];
    closed = false;
    quitting = new Quitting({
      app: app as unknown as App,
      runningJobs: () => Promise.resolve(jobs),
      hide: () => undefined,
      ask: ({ detail }) => {
        asked.push(detail ?? '');
        return Promise.resolve({ response: answer, checkboxChecked: false });
      },
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    });
  });

  it('closes everything before the app leaves, and asks nothing when nothing runs', async () => {
    app.quit();
    await vi.waitFor(() => expect(app.left).toBe(true));
    expect(closed).toBe(true);
    expect(asked).toEqual([]);
  });

  it('names the jobs that run, and stays when the person says so', async () => {
    jobs = ['Start Sample'];
    answer = keepWorking;
    await quitting.request();
    expect(asked[0]).toContain('Start Sample');
    expect(closed).toBe(false);
    expect(app.left).toBe(false);
  });

  it('asks again the next time', async () => {
    jobs = ['Start Sample'];
    answer = keepWorking;
    await quitting.request();
    answer = cancelAndQuit;
    await quitting.request();
    expect(asked).toHaveLength(2);
    expect(closed).toBe(true);
    expect(app.left).toBe(true);
  });

  it('asks once, however often the person presses quit meanwhile', async () => {
    jobs = ['Start Sample'];
    answer = keepWorking;
    await Promise.all([quitting.request(), quitting.request()]);
    expect(asked).toHaveLength(1);
  });

  it('does not ask when the system says that it is time', async () => {
    jobs = ['Start Sample'];
    await quitting.now();
    expect(asked).toEqual([]);
    expect(app.left).toBe(true);
  });

  it('leaves even though closing failed', async () => {
    const failing = new Quitting({
      app: app as unknown as App,
      runningJobs: () => Promise.resolve([]),
      hide: () => undefined,
      ask: () => Promise.resolve({ response: 0, checkboxChecked: false }),
      close: () => Promise.reject(new Error('the engine is gone')),
    });
    await failing.now();
    expect(failing.closed).toBe(true);
  });
});
