import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findings, loadFiles } from './load-text.ts';

describe('errors name the line and column where the value stands', () => {
  it.each([
    ['an unknown attribute', 'services:\n  web:\n    image: x\n    imagee: y\n', '4:5', 'imagee'],
    ['a value of the wrong type', 'services:\n  web:\n    image: x\n    ports: 80\n', '4:12', 'must be a list'],
    ['a port that is none', 'services:\n  web:\n    image: x\n    ports:\n      - "99999:80"\n', '5:9', '99999'],
    ['an undefined volume', 'services:\n  web:\n    image: x\n    volumes: ["data:/d"]\n', '4:5', 'volume data'],
    ['an undefined dependency', 'services:\n  web:\n    image: x\n    depends_on:\n      - db\n', '5:9', 'db'],
    ['a duplicate key', 'services:\n  web:\n    image: x\n    image: y\n', '4:5', 'twice'],
    ['a malformed variable', 'services:\n  web:\n    image: ${}\n', '3:12', 'malformed'],
    ['a required variable', 'services:\n  web:\n    image: ${TAG:?which}\n', '3:12', 'which'],
    ['an unknown alias', 'services:\n  web: *nothing\n', '2:8', 'nothing'],
    ['an unclosed quote', 'services:\n  web:\n    image: "x\n', '3:12', 'not closed'],
    ['a missing image', 'services:\n  a: {image: x}\n  web: {command: run}\n', '3:3', 'neither image nor build'],
    ['a duration that is none', 'services:\n  web:\n    image: x\n    stop_grace_period: soon\n', '4:24', 'duration'],
    ['a circle of extends', 'services:\n  a: {image: x, extends: b}\n  b: {extends: a}\n', '2:17', 'circle'],
    ['a wrong tag', 'services:\n  web:\n    image: x\n    scale: !!int five\n', '4:18', 'five'],
  ])('%s', async (_title, text, place, words) => {
    const found = findings(await loadFiles({ 'compose.yaml': text }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${place} `));
    expect(found[0]).toContain(words);
  });
});

it('reports all errors of all files at once, in file order', async () => {
  const outcome = await loadFiles(
    {
      'a.yaml': 'services:\n  one:\n    image: [x]\n  two:\n    imag: x\n    ports: 80\n',
      'b.yaml': 'services:\n  three:\n    image: ${A:?}\n  four:\n    image: x\n    hostname: {}\n',
    },
    { files: ['a.yaml', 'b.yaml'] },
  );
  expect('problem' in outcome && outcome.problem.code).toBe('project.invalid');
  const places = 'problem' in outcome ? (outcome.problem.diagnostics ?? []) : [];
  expect(places.map(({ location }) => `${basename(location?.file ?? '')}:${location?.line ?? 0}`)).toEqual([
    'a.yaml:3',
    'a.yaml:5',
    'a.yaml:6',
    'b.yaml:3',
    'b.yaml:6',
  ]);
});

it('reports all inconsistencies at once', async () => {
  const outcome = await loadFiles({
    'compose.yaml':
      'services:\n  a:\n    image: x\n    networks: [n]\n    volumes: ["data:/v"]\n    secrets: [s]\n  b:\n    depends_on: [c]\n',
  });
  expect(findings(outcome).map((finding) => finding.split(':')[0])).toEqual(['4', '5', '6', '7', '8']);
});

it('names the file that a broken value came from, not the one that asked for it', async () => {
  const outcome = await loadFiles({
    'compose.yaml': 'include: [inner/other.yaml]\nservices: {a: {image: x}}\n',
    'inner/other.yaml': 'services:\n  db:\n    image: x\n    port: ["80"]\n',
  });
  const [first] = 'problem' in outcome ? (outcome.problem.diagnostics ?? []) : [];
  expect(basename(first?.location?.file ?? '')).toBe('other.yaml');
  expect(first?.location?.line).toBe(4);
  expect(first?.hint).toBe('Did you mean ports?');
});

it('warns of variables without a value, once each, and of the obsolete version', async () => {
  const outcome = await loadFiles({
    'compose.yaml': 'version: "3"\nservices:\n  a:\n    image: x${TAG}\n    command: ["$TAG", "$OTHER"]\n',
  });
  expect(findings(outcome)).toEqual([
    expect.stringContaining('version'),
    expect.stringContaining('TAG'),
    expect.stringContaining('OTHER'),
  ]);
});

it('tells a missing file from a broken one', async () => {
  const outcome = await loadFiles({}, { files: ['nowhere.yaml'] });
  expect('problem' in outcome && outcome.problem.code).toBe('project.not-found');
});

it('points into an env file', async () => {
  const outcome = await loadFiles({ 'compose.yaml': 'services: {a: {image: x}}\n', '.env': 'A=1\nB C=2\n' });
  expect('problem' in outcome && outcome.problem.location?.line).toBe(2);
});
