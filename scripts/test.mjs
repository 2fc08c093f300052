import { summary } from './lib/test/summary.mjs';
import { fail, Interrupted, say, SetUpError, step } from './lib/report.mjs';
import { buildWhenChanged } from './lib/steps/build.mjs';
import { debianPackages, electronPackages, enginePackages, screenPackages, testPackages } from './lib/steps/debian-packages.mjs';
import { electronRuntime } from './lib/steps/electron-runtime.mjs';
import { networkHelper } from './lib/steps/network-helper.mjs';
import { npmPackages } from './lib/steps/npm-packages.mjs';
import { otherProcessors } from './lib/steps/other-processors.mjs';
import { referenceCompose } from './lib/steps/reference-compose.mjs';
import { sampleRegistry } from './lib/steps/sample-images.mjs';
import { helperPackages, volumeHelper } from './lib/steps/volume-helper.mjs';

/** Usage: npm test -- [lint] [types] [unit] [integration] [e2e] [arguments for Vitest]. Without names: all stages. */
const order = ['lint', 'types', 'unit', 'integration', 'e2e'];
const named = order.filter((name) => process.argv.slice(2).includes(name));
const chosen = named.length > 0 ? named : order;
const vitestArgs = process.argv.slice(2).filter((word) => !order.includes(word));

/** @type {{ passed: number, failed: string[], skipped: { name: string, reason: string }[] }} */
const total = { passed: 0, failed: [], skipped: [] };
/** @type {string[]} */
const durations = [];

try {
  await step('npm packages', npmPackages);
  const built = !needs('integration', 'e2e') || (await setUpRealParts());
  const { stages } = await import('./lib/test/stages.mjs');
  for (const name of chosen) {
    if (name === 'e2e' && !built) {
      total.failed.push('e2e: not run, for the build failed');
      continue;
    }
    say(`\n━━ ${name} ━━`);
    const started = performance.now();
    const run = /** @type {NonNullable<(typeof stages)[string]>} */ (stages[name]);
    const tally = await run(vitestArgs).catch((error) => {
      if (error instanceof Interrupted) throw error;
      return { passed: 0, failed: [`${name}: ${error.message}`], skipped: [] };
    });
    total.passed += tally.passed;
    total.failed.push(...tally.failed);
    total.skipped.push(...tally.skipped);
    durations.push(`${name} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  fail(error);
}

const { text, exitCode } = summary(total, durations);
say(text);
process.exitCode = exitCode;

/** @param {...string} names */
function needs(...names) {
  return names.some((name) => chosen.includes(name));
}

/** Gets what tests beyond the unit tests need. Resolves with whether the app could be built. */
async function setUpRealParts() {
  const forWindow = needs('e2e') ? [...electronPackages, ...screenPackages] : [];
  await orSkip('System packages', (log) => debianPackages([...enginePackages, ...testPackages, ...helperPackages, ...forWindow], log));
  if (needs('integration')) await step('Programs for other processors', otherProcessors);
  await orSkip('Reference Compose', referenceCompose);
  if (needs('e2e')) {
    await step('Electron runtime', electronRuntime);
    await orSkip('Images of the sample environment', async (log) => {
      const registry = await sampleRegistry(log);
      await registry.stop();
      return 'ready';
    });
  }
  try {
    await step('Build', buildWhenChanged);
    await step('Volume helper', volumeHelper);
    await step('Network helper', networkHelper);
    return true;
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(`${error.message}\n${error.advice ?? ''}`);
    total.failed.push('build');
    return false;
  }
}

/**
 * A step that only root on Debian can do: elsewhere the tests that need it are skipped, each with its reason; as root
 * on Debian its failure is the failure of this run.
 *
 * @param {string} title
 * @param {(log: (text: string) => void) => Promise<string>} work
 */
async function orSkip(title, work) {
  try {
    await step(title, work);
  } catch (error) {
    if (!(error instanceof SetUpError) || process.getuid?.() === 0) throw error;
    say(`› ${title} … not here. ${error.message}${error.advice ? `\n    ${error.advice}` : ''}`);
  }
}
