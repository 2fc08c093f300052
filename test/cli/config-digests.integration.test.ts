import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { importImage, pushImage, removeImage, scratchTar } from '../support/images.ts';
import { run } from '../support/run.ts';
import { tempDir } from '../support/temp.ts';
import { startSlipway } from './support/run-slipway.ts';

const socket = inject('engineSocket');
const image = `${inject('registryAddress')}/config-digests/word:1`;

let digest: string;
beforeAll(async () => {
  await importImage(socket, image, await scratchTar({ word: 'one' }));
  digest = await pushImage(socket, image);
  await removeImage(socket, image);
});

const file = `
services:
  web: { image: "${image}", command: run, depends_on: [built] }
  same: { image: "${image}@IMAGE" }
  built: { build: { context: ., dockerfile_inline: FROM scratch } }
volumes: { data: {} }
`;

const asked = [['--resolve-image-digests'], ['--lock-image-digests'], ['--lock-image-digests', '--format', 'json'], ['--resolve-image-digests', '--images'], ['--resolve-image-digests', 'web']];

test.each(asked.map((args) => ({ args, called: args.join(' ') })))('config $called prints what the reference prints', async ({ args, called }) => {
  const directory = await tempDir('config-digests');
  await writeFile(path.join(directory, 'compose.yaml'), file.replace('@IMAGE', `@${digest}`));
  const ours = await startSlipway(['config', ...args], { home: path.join(directory, 'home'), engine: `unix://${socket}`, cwd: directory }).done;
  expect(ours.stderr).toBe('');
  if (called.endsWith('web') || called.startsWith('--lock')) expect(ours.stdout).toContain(`${image}@${digest}`);
  if (inject('composeBinary') === '') return;
  const theirs = await run(inject('composeBinary'), ['config', ...args], { cwd: directory, env: { PATH: '/bin', HOME: directory, DOCKER_HOST: `unix://${socket}` } });
  // The reference prints lists of images in any order.
  const comparable = (text: string): string => (called.includes('--images') ? text.split('\n').sort().join('\n') : text);
  expect(comparable(ours.stdout)).toBe(comparable(theirs));
});

test('an image that its registry does not have is a Problem', async () => {
  const directory = await tempDir('config-digests');
  await writeFile(path.join(directory, 'compose.yaml'), `services: { a: { image: "${inject('registryAddress')}/config-digests/none:1" } }`);
  const { code, stderr, stdout } = await startSlipway(['config', '--resolve-image-digests'], { home: path.join(directory, 'home'), engine: `unix://${socket}`, cwd: directory }).done;
  expect({ failed: code !== 0, stdout }).toEqual({ failed: true, stdout: '' });
  expect(stderr).toContain('[image.not-found]');
});
