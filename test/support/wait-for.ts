import { setTimeout as delay } from 'node:timers/promises';

/** Resolves with the first value of `probe` that is not undefined; rejects after `ms`, saying what it waited for. */
export async function waitFor<T>(what: string, ms: number, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${ms / 1000} s in vain for ${what}.`);
    await delay(50);
  }
}
