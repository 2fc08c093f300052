import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { networkHelper } from '../../../../../scripts/lib/steps/network-helper.mjs';
import { freePort } from '../../../../support/free-port.ts';
import { commandsOf, whyNotEmulated } from '../../../../support/other-processor.ts';

let missing: string | undefined;

beforeAll(async () => {
  missing = whyNotEmulated('network-helper', await networkHelper());
});

beforeEach(({ skip }) => skip(missing !== undefined, missing));

it('the network helper for another processor finds what the one for this processor finds', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const { native, emulated } = commandsOf('network-helper');
  const found = ([program = '', ...before]: readonly string[], host: string, port: number): { status: number | null; output: string } => {
    const { status, stdout } = spawnSync(program, [...before, host, String(port), '1000'], { encoding: 'utf8' });
    return { status, output: stdout.replace(/ \d+(?= |\n)/g, '') };
  };
  const open = typeof address === 'object' ? (address?.port ?? 0) : 0;
  for (const [host, port] of [['127.0.0.1', open], ['127.0.0.1', await freePort()], ['no-such-name.invalid', 1]] as const) {
    expect(found(emulated, host, port)).toEqual(found(native, host, port));
  }
  expect(found(emulated, '127.0.0.1', open)).toEqual({ status: 0, output: 'resolved\nopen 127.0.0.1\n' });
  server.close();
});
