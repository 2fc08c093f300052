import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../base/clock.ts';
import { Fault, isAbort } from '../../../base/fault.ts';
import type { RegistryAuth } from '../../../engine/images.ts';
import { RegistryHttp, type RegistryCall, type RegistryConnection } from '../../connect/registry-http.ts';
import { apiHost } from '../../registry-host.ts';
import { Authorizer } from '../authorizer.ts';
import type { Question } from '../answer-fault.ts';
import { Refusal, refusalOf } from './refusal.ts';

export interface RepositoryCallsOptions {
  readonly auth: RegistryAuth | undefined;
  readonly clock: Clock;
  /** A second repository that is read while this one is written. */
  readonly alsoRead: string | undefined;
}

/** Calls about one repository: with the right login, and failures that a person understands. */
export class RepositoryCalls {
  readonly #http: RegistryHttp;
  readonly #authorizer: Authorizer;
  readonly #repository: string;
  readonly #alsoRead: string | undefined;

  constructor(connection: RegistryConnection, repository: string, { auth, clock, alsoRead }: RepositoryCallsOptions) {
    this.#http = new RegistryHttp(connection);
    this.#authorizer = new Authorizer(this.#http, auth, clock);
    this.#repository = repository;
    this.#alsoRead = alsoRead;
  }

  path(rest: string): string {
    return `/v2/${this.#repository}/${rest}`;
  }

  /** Asks the registry, or the other host that it pointed to, which gets no login of ours. */
  call(place: string, access: 'read' | 'write', call: RegistryCall): Promise<IncomingMessage> {
    const own = `https://${apiHost(this.#http.registry)}`;
    const url = new URL(place, own);
    if (url.host !== new URL(own).host) return this.#http.send(url.href, call);
    return this.#authorizer.call(url.pathname + url.search, this.#scope(access), call);
  }

  /** What broke in the middle of an answer, in words that a person understands. */
  explained(error: unknown): unknown {
    if (error instanceof Refusal || error instanceof Fault || isAbort(error)) return error;
    return this.broken('broke off in the middle of a transfer', error);
  }

  /** Reads the rest of an answer that is no success. */
  refusal(answer: IncomingMessage, question: Partial<Question> & { readonly writing?: boolean } = {}): Promise<Refusal> {
    return refusalOf(answer, { registry: this.#http.registry, subject: this.#repository, ...question });
  }

  broken(what: string, cause?: unknown): Fault {
    const detail = cause instanceof Error ? cause.message : undefined;
    return new Fault(
      {
        code: 'registry.unreachable',
        message: `The registry ${this.#http.registry} ${what}.`,
        hint: 'Check your network, VPN or proxy, and try again: what has arrived is not sent twice.',
        ...(detail === undefined ? {} : { detail }),
        data: { registry: this.#http.registry },
      },
      cause === undefined ? {} : { cause },
    );
  }

  mismatch(subject: string): Fault {
    return new Fault({
      code: 'image.digest-mismatch',
      message: `What ${this.#http.registry} delivered for ${subject} is not what it should be.`,
      hint: 'The transfer was damaged or tampered with. Try again; if it stays so, tell those who run the registry.',
      data: { registry: this.#http.registry, subject },
    });
  }

  close(): void {
    this.#http.close();
  }

  #scope(access: 'read' | 'write'): string {
    if (access === 'read') return `repository:${this.#repository}:pull`;
    const own = `repository:${this.#repository}:pull,push`;
    return this.#alsoRead === undefined ? own : `${own} repository:${this.#alsoRead}:pull`;
  }
}
