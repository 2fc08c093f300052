import type { BuildKit, BuildSession } from '../buildkit.ts';
import type { BuildOptions, BuildOutput } from '../images.ts';
import { atLeast } from './api-version.ts';
import type { Transport } from './transport.ts';

/** Docker 23: from there on ulimits and shm-size reach BuildKit, and it knows directories inside repositories. */
const completeApiVersion = '1.42';

/** The engine's own BuildKit. */
export class DockerodeBuildKit implements BuildKit {
  readonly isComplete: boolean;
  readonly #transport: Transport;

  constructor(transport: Transport, apiVersion: string) {
    this.#transport = transport;
    this.isComplete = atLeast(apiVersion, completeApiVersion);
  }

  async *build(session: BuildSession, options: BuildOptions): AsyncGenerator<BuildOutput> {
    // The session's protocol takes a while to load, which commands that build nothing are spared.
    const { buildInSession } = await import('./session-build.ts');
    yield* buildInSession(this.#transport, session, options);
  }
}
