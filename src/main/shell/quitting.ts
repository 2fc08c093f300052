import type { App, MessageBoxOptions, MessageBoxReturnValue } from 'electron';

export interface QuittingParts {
  readonly app: App;
  readonly ask: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
  /** Titles of the jobs that run now. */
  readonly runningJobs: () => Promise<readonly string[]>;
  /** The person has decided; there is nothing more to see. */
  readonly hide: () => void;
  /** Ends everything that runs, cleanly. */
  readonly close: () => Promise<void>;
}

/** The app leaves at the latest so long, in milliseconds, after the person said so. */
const closeLimitMs = 60_000;

/**
 * Leaving in good order: running jobs are asked about, cancelled and cleaned up after, then the app ends. Closing the
 * app's last window comes here too, so that the question is asked while there still is a window.
 */
export class Quitting {
  readonly #parts: QuittingParts;
  #state: 'staying' | 'asking' | 'closing' | 'closed' = 'staying';

  constructor(parts: QuittingParts) {
    this.#parts = parts;
    parts.app.on('before-quit', (event) => {
      if (this.#state === 'closed') return;
      event.preventDefault();
      void this.request();
    });
  }

  /** True while everything has ended and windows may go. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Asks when jobs run, then leaves. */
  async request(): Promise<void> {
    if (this.#state !== 'staying') return;
    this.#state = 'asking';
    const jobs = await this.#parts.runningJobs();
    if (jobs.length > 0) {
      const { response } = await this.#parts.ask({
        type: 'question',
        message: jobs.length === 1 ? 'A job is still running.' : `${jobs.length} jobs are still running.`,
        detail: `${jobs.join('\n')}\n\nQuitting cancels them; what they changed is left in order and can be resumed.`,
        buttons: ['Keep working', 'Cancel and quit'],
        defaultId: 0,
        cancelId: 0,
      });
      if (response === 0) {
        this.#state = 'staying';
        return;
      }
    }
    await this.now();
  }

  /** Leaves without asking, e.g. because the system said so. */
  async now(): Promise<void> {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closing';
    this.#parts.hide();
    const limit = new Promise<void>((resolve) => setTimeout(resolve, closeLimitMs).unref());
    await Promise.race([this.#parts.close().catch(() => undefined), limit]);
    this.#state = 'closed';
    this.#parts.app.quit();
  }
}
