import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { loadProject } from '../../src/main/core/compose/load.ts';
import { imagesOf } from '../../src/main/core/stacks/images.ts';
import { stackCases } from '../main/core/compose/case.ts';
import { connect } from '../main/core/stacks/real-stack.ts';
import { StackUnderTest } from '../main/core/stacks/stack-under-test.ts';
import { importBusybox, removeImage, tagImage } from '../support/images.ts';
import { tempDir } from '../support/temp.ts';

const stub = `slipway-test/stand-in-${randomBytes(4).toString('hex')}:1`;
const program = { mode: 0o755, content: '#!/bin/sh\nexit 0\n' };

/** One small image stands for all: its programs answer health tests, and whatever is no shell's work just waits. */
beforeAll(async () => {
  const wait = '#!/bin/sh\ncase "$1" in sh|/bin/sh|bash) exec "$@";; esac\ntrap exit TERM\nwhile :; do sleep 1 & wait $!; done\n';
  const probes = ['healthcheck.sh', 'pg_isready', 'redis-cli', 'curl', 'nc', 'celery', 'kafka-broker-api-versions'];
  await importBusybox(inject('engineSocket'), stub, {
    files: {
      'stub/': { type: 'directory' },
      'stub/serve': { ...program, content: wait },
      ...Object.fromEntries(probes.map((name) => [`stub/${name}`, program])),
    },
    changes: ['ENV PATH=/stub:/bin', 'ENTRYPOINT ["/stub/serve"]', 'CMD []'],
  });
});

it.each(['wordpress', 'kafka', 'airflow'])('%s starts, health tests and one-off services and all', async (name) => {
  const original = stackCases().find((stack) => stack.name === `stacks/${name}`);
  const socket = inject('engineSocket');
  const engine = await connect();
  const stack = new StackUnderTest(engine, await tempDir(name), `s${randomBytes(4).toString('hex')}`);
  await cp(original?.directory ?? '', stack.directory, { recursive: true });
  const references = imagesOf((await loadProject({ files: [stack.file], environment: {} })).project);
  for (const reference of references) await tagImage(socket, stub, reference);
  onTestFinished(async () => {
    await stack.down({ stopTimeoutSeconds: 1 });
    for (const reference of references) await removeImage(socket, reference);
    await engine.close();
  });

  await stack.up();
  expect((await stack.status()).state).toBe('running');
  const again = await stack.plan('up');
  expect(again.plan.steps.filter(({ action }) => action !== 'start-container')).toEqual([]);
});
