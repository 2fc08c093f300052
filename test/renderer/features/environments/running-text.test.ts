import { expect, it } from 'vitest';
import { runningText } from '../../../../src/renderer/features/environments/running-text.ts';

it.each([
  [0, 0, ''],
  [0, 1, '1 service'],
  [0, 5, '5 services'],
  [3, 5, '3 of 5 running'],
])('%d of %d: %s', (servicesRunning, servicesTotal, text) => {
  expect(runningText({ servicesRunning, servicesTotal })).toBe(text);
});
