import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'vite';
import { root } from '../../scripts/lib/paths.mjs';
import type { Answer, Order, SlipwayWork } from './slipway-process.ts';

const program = path.join(root, 'out', 'bench', 'slipway-process.js');

/** Makes one file of the process, so that nothing of a development server stands in its memory. */
export async function buildSlipwayProcess(): Promise<void> {
  const entry = path.join(root, 'bench', 'snapshots', 'slipway-process.ts');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: entry, outDir: path.dirname(program), emptyOutDir: true, target: 'node20', rolldownOptions: { output: { format: 'es' } } },
  });
}

/** Slipway in a process of its own. */
export class SlipwayPeer {
  readonly #child: ChildProcess;
  /** Of the work done last. */
  latest: Answer | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(work: SlipwayWork): Promise<SlipwayPeer> {
    const child = fork(program, [JSON.stringify(work)], { execArgv: [] });
    const started = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (started[0] !== 'ready') throw new Error('the process that takes snapshots did not start');
    return new SlipwayPeer(child);
  }

  /** Resolves when it has been done; rejects with what it failed with. */
  async order(order: Order): Promise<void> {
    this.#child.send(order);
    const ended = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`the process that takes snapshots ended with ${String(code ?? signal)}`);
    });
    const [answer] = (await Promise.race([once(this.#child, 'message'), ended])) as [Answer];
    if (answer.error !== undefined) throw new Error(answer.error);
    this.latest = answer;
  }

  stop(): void {
    this.#child.disconnect();
  }
}
