import { fail, step } from './lib/report.mjs';
import { build } from './lib/steps/build.mjs';

try {
  await step('Build', async () => {
    await build();
    return 'done: out/';
  });
} catch (error) {
  fail(error);
}
