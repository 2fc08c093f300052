import type { Duplex } from 'node:stream';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { BuildSession } from '../buildkit.ts';
import { authMethods } from './auth.ts';
import { fileMethods } from './files.ts';
import { empty, health } from './messages.ts';
import { type SessionMethod, unary } from './methods.ts';
import { secretMethods } from './secrets.ts';
import { sshMethods } from './ssh-agents.ts';

const serving = 1;

/**
 * The client's side of a BuildKit session: over a connection that was made to the engine, the engine calls methods here
 * (gRPC, https://github.com/moby/buildkit, session).
 */
export class SessionServer {
  readonly #methods: readonly SessionMethod[];
  readonly #closing = new AbortController();
  readonly #server = new Server({ 'grpc.max_receive_message_length': -1 });

  constructor(session: BuildSession) {
    const { signal } = this.#closing;
    const alive = unary('/grpc.health.v1.Health/Check', [empty, health], (_, answer) => {
      answer(null, { status: serving });
    });
    this.#methods = [alive, ...fileMethods(session, signal), ...secretMethods(session), ...sshMethods(session), ...authMethods(session, signal)];
    this.#server.addService(
      Object.fromEntries(this.#methods.map(({ path, definition }) => [path, definition])),
      Object.fromEntries(this.#methods.map(({ path, handler }) => [path, handler])),
    );
  }

  /** What the engine is told that it may call. */
  get paths(): string[] {
    return this.#methods.map(({ path }) => path);
  }

  /** Answers the engine's calls on this connection. */
  serve(connection: Duplex): void {
    this.#server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(connection);
  }

  /** Ends all calls under way. The connection is the caller's to close. */
  close(): void {
    this.#closing.abort();
    this.#server.forceShutdown();
  }
}
