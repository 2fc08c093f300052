import { randomBytes } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../src/main/core/engine/engine.ts';
import { importBusybox } from '../../../support/images.ts';
import { tempDir } from '../../../support/temp.ts';
import { StackUnderTest } from './stack-under-test.ts';

/** An image of this test file's own: importing one name anew changes the image under the feet of other files' stacks. */
export const busybox = `slipway-test/stack-${randomBytes(4).toString('hex')}:1`;

let imported: Promise<string> | undefined;

/** A stack on the run's real engine, removed with its volumes when the test has finished. */
export async function realStack(compose: string, files: Readonly<Record<string, string>> = {}): Promise<StackUnderTest> {
  const engine = await connect();
  await (imported ??= importBusybox(inject('engineSocket'), busybox));
  const stack = new StackUnderTest(engine, await tempDir('stack'), `t${randomBytes(4).toString('hex')}`);
  await stack.write(compose, files);
  onTestFinished(async () => {
    await stack.down();
    await engine.close();
  });
  return stack;
}

export function connect(): Promise<Engine> {
  const address = `unix://${inject('engineSocket')}`;
  return connectDockerode({ address, origin: 'test' }, { logger: silentLogger });
}
