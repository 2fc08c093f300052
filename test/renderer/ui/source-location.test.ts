import { expect, it } from 'vitest';
import { formatLocation } from '../../../src/renderer/ui/source-location.ts';

it.each([
  [{ file: 'compose.yaml' }, 'compose.yaml'],
  [{ file: 'compose.yaml', line: 3 }, 'compose.yaml:3'],
  [{ file: 'compose.yaml', line: 3, column: 7 }, 'compose.yaml:3:7'],
  [{ file: 'compose.yaml', column: 7 }, 'compose.yaml'],
])('%o is opened as %s', (location, text) => {
  expect(formatLocation(location)).toBe(text);
});
