import { expect, it } from 'vitest';
import { runningText } from '../../../../src/renderer/features/environments/running-text.ts';

it.each([
  ['stopped', 0, 0, ''],
  ['stopped', 0, 1, '1 service'],
  ['stopped', 1, 5, '5 services'],
  ['unknown', 0, 5, '5 services'],
  ['partial', 3, 5, '3 of 5 running'],
  ['starting', 0, 5, '0 of 5 running'],
] as const)('%s, %d of %d: %s', (state, servicesRunning, servicesTotal, text) => {
  expect(runningText({ state, servicesRunning, servicesTotal })).toBe(text);
});
