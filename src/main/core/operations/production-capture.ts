import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CaptureEngine, CaptureProject, CaptureResult } from '../../../shared/models/capture.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { writeFault } from '../bundles/write-fault.ts';
import { listProjects, readProduction } from '../capture/production.ts';
import { capturedProfile, lockName, projectDocument } from '../capture/project-document.ts';
import type { Engine } from '../engine/engine.ts';
import type { Library } from '../environments/library.ts';
import type { JobContext, Jobs } from '../jobs/jobs.ts';

/** Engines besides the one in use. */
export interface OtherEngines {
  /** Those that the machine's settings name. */
  list(): Promise<readonly CaptureEngine[]>;
  /** Connects to one by a Docker context's name or an address. Raises `engine.*`. */
  open(choice: string, options: Cancellable): Promise<Engine>;
}

export interface ProductionCaptureParts {
  readonly otherEngines: OtherEngines;
  readonly jobs: Jobs;
  readonly library: Library;
  readonly environmentsDirectory: string;
}

export interface CaptureRequest {
  /** Docker context's name or address. */
  readonly engine: string;
  readonly project: string;
  /** Folder to make; under Slipway's own data when absent. */
  readonly directory?: string | undefined;
  /** Name in the library; the project's when absent. */
  readonly name?: string | undefined;
}

/** Reproducing here what runs on another engine, which is only ever read. */
export class ProductionCapture {
  readonly #parts: ProductionCaptureParts;

  constructor(parts: ProductionCaptureParts) {
    this.#parts = parts;
  }

  async engines(): Promise<CaptureEngine[]> {
    return [...(await this.#parts.otherEngines.list())];
  }

  /** The Compose projects of an engine. Raises `engine.*`. */
  projects(engine: string, { signal }: Cancellable): Promise<CaptureProject[]> {
    return this.#reading(engine, { signal }, async (other) => (await listProjects(other, { signal })).map((one) => ({ ...one, services: [...one.services] })));
  }

  /** What a capture would write. Raises `engine.*`, `project.not-found`. */
  preview({ engine, project }: Pick<CaptureRequest, 'engine' | 'project'>, { signal }: Cancellable): Promise<CaptureResult> {
    return this.#reading(engine, { signal }, async (other) => {
      const [production, info] = await Promise.all([readProduction(other, project, { signal }), other.info({ signal })]);
      return projectDocument(production, { ...info, address: other.endpoint.address });
    });
  }

  /** Writes an environment that reproduces a running project, and adds it to the library, as a job. */
  capture(request: CaptureRequest): string {
    return this.#parts.jobs.start({
      kind: 'environment.capture',
      title: `Capture ${request.project}`,
      run: (context) => this.#capture(request, context),
    });
  }

  async #capture(request: CaptureRequest, { signal, report }: JobContext): Promise<Record<string, unknown>> {
    const { library, environmentsDirectory } = this.#parts;
    const step = (id: string, title: string, state: 'running' | 'done'): void => report({ type: 'step', step: { id, title, state } });
    if (request.name !== undefined && library.findByName(request.name)) throw nameTaken(request.name);
    step('read', `Read ${request.project}`, 'running');
    const captured = await this.preview(request, { signal });
    step('read', `Read ${request.project}`, 'done');
    step('write', 'Write the environment', 'running');
    const directory = request.directory ?? (await freeFolder(environmentsDirectory, request.name ?? request.project));
    await writeEnvironment(directory, captured, { signal });
    try {
      const { id, name } = await library.add({ path: directory, name: request.name, profile: capturedProfile });
      step('write', 'Write the environment', 'done');
      return { environmentId: id, name, directory, ...captured };
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  async #reading<Result>(choice: string, { signal }: Cancellable, read: (engine: Engine) => Promise<Result>): Promise<Result> {
    const engine = await this.#parts.otherEngines.open(choice, { signal });
    try {
      return await read(engine);
    } finally {
      await engine.close();
    }
  }
}

/** The folder appears when it is whole; one that holds something is not touched. */
async function writeEnvironment(directory: string, { compose, lock }: CaptureResult, { signal }: Cancellable): Promise<void> {
  const held = await readdir(directory).catch(() => []);
  if (held.length > 0) {
    throw new Fault({ code: 'usage.invalid', message: `${directory} is not empty.`, hint: 'Name a folder that is not there yet.' });
  }
  const partial = `${directory}.part`;
  try {
    await mkdir(path.dirname(directory), { recursive: true });
    await mkdir(partial);
    await writeFile(path.join(partial, 'compose.yaml'), compose, { flag: 'wx', signal });
    if (Object.keys(lock).length > 0) await writeFile(path.join(partial, lockName), lockText(lock), { flag: 'wx', signal });
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw writeFault(error, directory);
  }
}

function lockText(lock: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ version: 1, images: lock }, undefined, 2)}\n`;
}

async function freeFolder(parent: string, name: string): Promise<string> {
  const held = new Set(await readdir(parent).catch(() => []));
  const folder = name.replace(/[^\w.-]+/g, '-');
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? folder : `${folder}-${number}`;
    if (!held.has(candidate)) return path.join(parent, candidate);
  }
}

function nameTaken(name: string): Fault {
  return new Fault({ code: 'environment.exists', message: `An environment named “${name}” is already in the library.`, hint: 'Choose another name.' });
}
