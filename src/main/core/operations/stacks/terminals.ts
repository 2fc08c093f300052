import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { ServiceLogLine } from '../../../../shared/models/log.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { ExecSession, ExecSpec } from '../../engine/containers.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import { execTarget } from '../../stacks/exec-target.ts';
import { serviceLogs, type ServiceLogsRequest } from '../../stacks/logs.ts';
import { observeStack } from '../../stacks/observe.ts';

export interface ExecRequest extends ExecSpec {
  readonly service: string;
  /** Which container of the service, from 1. */
  readonly index?: number;
}

/** What services write, and commands run inside them. */
export class Terminals {
  readonly #connection: EngineConnection;

  constructor({ connection }: { connection: EngineConnection }) {
    this.#connection = connection;
  }

  async *logs(record: EnvironmentRecord, request: ServiceLogsRequest): AsyncGenerator<ServiceLogLine, void, void> {
    const engine = await this.#connection.get(request);
    yield* serviceLogs(engine, record.projectName, request);
  }

  /** Raises `service.exited` when the service doesn't run. */
  async exec(record: EnvironmentRecord, { service, index, ...spec }: ExecRequest, { signal }: Cancellable): Promise<ExecSession> {
    const engine = await this.#connection.get({ signal });
    const container = execTarget(await observeStack(engine, record.projectName, { signal }), service, index);
    return engine.containers.execAttached(container.id, spec, { signal });
  }
}
