import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {string[]} failed one line for each test, hook or file that failed
 * @property {{ name: string, reason: string }[]} skipped
 */

/**
 * A Vitest reporter that writes a Tally as JSON to the file that SLIPWAY_TALLY names. Vitest's own JSON reporter leaves
 * out why a test was skipped, and that a hook failed whose tests then count as skipped.
 */
export default class TallyReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Tally} */
    const tally = { passed: 0, failed: unhandledErrors.map((error) => `outside of any test: ${error.message}`), skipped: [] };
    for (const module of modules) {
      for (const entity of [module, ...module.children.allSuites()]) {
        if (entity.errors().length > 0) tally.failed.push(`${nameOf(entity)}: ${entity.errors()[0]?.message}`);
      }
      for (const test of module.children.allTests()) count(tally, test);
    }
    const file = process.env.SLIPWAY_TALLY;
    if (file) writeFileSync(file, JSON.stringify(tally));
  }
}

/** @param {Tally} tally @param {import('vitest/node').TestCase} test */
function count(tally, test) {
  const result = test.result();
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  if (result.state === 'passed') tally.passed++;
  else if (result.state === 'failed') tally.failed.push(name);
  else tally.skipped.push({ name, reason: result.state === 'skipped' ? (result.note ?? reasonOf(test)) : 'it never ran' });
}

/** Why a test was skipped that did not say so itself. @param {import('vitest/node').TestCase} test */
function reasonOf(test) {
  const missing = test.project.getProvidedContext().missingParts;
  if (missing) return missing;
  if (test.options.mode === 'todo') return 'not written yet';
  return test.options.mode === 'skip' ? 'marked as skipped where it is written' : 'not selected, or its set-up failed';
}

/** @param {import('vitest/node').TestModule | import('vitest/node').TestSuite} entity */
function nameOf(entity) {
  return entity.type === 'module' ? entity.relativeModuleId : `${entity.module.relativeModuleId} > ${entity.fullName}`;
}
