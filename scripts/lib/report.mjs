/**
 * A step of the set-up that cannot be done here. `message` says which and why, `advice` what a person can install or
 * do instead.
 */
export class SetUpError extends Error {
  /** @param {string} message @param {string} [advice] @param {{ cause?: unknown }} [options] */
  constructor(message, advice, options) {
    super(message, options);
    this.name = 'SetUpError';
    this.advice = advice;
  }
}

/** A person, or the system, has asked this script to stop. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super('Interrupted.');
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

/** @param {string} text */
export const say = (text) => void process.stdout.write(`${text}\n`);

/**
 * Names a step, does it and says how it went. `work` gets a function for progress lines and resolves with what was
 * found or done, e.g. `ready (cached)`.
 *
 * @param {string} title
 * @param {(log: (text: string) => void) => Promise<string> | string} work
 */
export async function step(title, work) {
  const started = performance.now();
  let logged = false;
  const outcome = await work((text) => {
    if (!logged) say(`› ${title} …`);
    logged = true;
    say(`    ${text}`);
  });
  const seconds = (performance.now() - started) / 1000;
  say(`› ${title} … ${outcome}${seconds >= 1 ? ` in ${seconds.toFixed(1)} s` : ''}`);
}

/**
 * Ends a script whose `main` failed: a step that can't be done is explained, anything else is a defect and shows where.
 *
 * @param {unknown} error
 */
export function fail(error) {
  if (error instanceof Interrupted) {
    process.stderr.write('\nInterrupted.\n');
    process.exit(130);
  }
  if (error instanceof SetUpError) {
    process.stderr.write(`\n✗ ${error.message}\n`);
    if (error.advice) process.stderr.write(`  ${error.advice.split('\n').join('\n  ')}\n`);
  } else {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  process.exit(1);
}
