import { expect, test } from 'vitest';
import { missingPackages } from '../../scripts/lib/steps/npm-packages.mjs';

const a = { version: '1.0.0', integrity: 'sha512-a' };
const other = { version: '2.0.0', integrity: 'sha512-b' };
const optional = { ...other, optional: true };
const self = { version: '0.1.0' };

const cases = [
  { name: 'nothing was ever installed', wanted: { '': self, 'node_modules/a': a }, installed: undefined, missing: ['node_modules/a'] },
  { name: 'all is there', wanted: { '': self, 'node_modules/a': a }, installed: { 'node_modules/a': a }, missing: [] },
  { name: 'another version is there', wanted: { 'node_modules/a': a }, installed: { 'node_modules/a': other }, missing: ['node_modules/a'] },
  { name: 'the same version with other content is there', wanted: { 'node_modules/a': a }, installed: { 'node_modules/a': { ...a, integrity: 'sha512-x' } }, missing: ['node_modules/a'] },
  { name: 'a package for another system is not', wanted: { 'node_modules/a': a, 'node_modules/o': optional }, installed: { 'node_modules/a': a }, missing: [] },
  { name: 'an optional package is there in another version', wanted: { 'node_modules/o': optional }, installed: { 'node_modules/o': { ...optional, version: '1.9.0' } }, missing: ['node_modules/o'] },
  { name: 'more is there than wanted', wanted: { 'node_modules/a': a }, installed: { 'node_modules/a': a, 'node_modules/b': other }, missing: [] },
];

test.each(cases)('what npm has to install when $name', ({ wanted, installed, missing }) => {
  expect(missingPackages({ packages: wanted }, installed && { packages: installed })).toEqual(missing);
});
