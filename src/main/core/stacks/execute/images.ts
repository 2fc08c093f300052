import type { LogEntry } from '../../../../shared/models/job.ts';
import { Fault, isAbort } from '../../base/fault.ts';
import type { EngineInfo, Platform } from '../../engine/engine.ts';
import type { ImageDetails, PullProgress } from '../../engine/images.ts';
import { platformMismatch } from '../../engine/platform-match.ts';
import { buildService } from '../build/build-service.ts';
import { findImage } from '../images.ts';
import type { Work } from '../plan/work.ts';
import { PullTotals } from '../pull-totals.ts';
import type { Execution } from './execution.ts';
import type { ReportedStep } from './report.ts';

type PullWork = Extract<Work, { readonly kind: 'pull-image' }>;
type BuildWork = Extract<Work, { readonly kind: 'build-image' }>;

/** The step that all pulls are parts of, with the sum of their bytes. */
export const allPulls: ReportedStep = { id: 'pull-images', title: 'Pull images' };

const phaseWords: Readonly<Record<PullProgress['phase'], string>> = {
  resolving: 'asking the registry',
  downloading: 'downloading',
  extracting: 'unpacking',
  done: 'pulled',
};

/** Pulls and builds of one execution. */
export class ExecutionImages {
  readonly #execution: Execution;
  readonly #totals = new PullTotals();
  #pulls: number;
  #info: Promise<EngineInfo> | undefined;

  constructor(execution: Execution) {
    this.#execution = execution;
    this.#pulls = execution.request.prepared.steps.filter(({ work }) => work.kind === 'pull-image').length;
  }

  async pull(work: PullWork, step: ReportedStep, signal: AbortSignal): Promise<void> {
    const { report, request } = this.#execution;
    try {
      const platform = work.platform === undefined ? {} : { platform: work.platform };
      const tell = ({ level, text }: LogEntry): void => {
        report.log(level, text, work.reference);
        report.step(step, 'running', { detail: text });
      };
      for await (const progress of request.pull(this.#execution.pinned(work.reference), { ...platform, tell, signal })) {
        const amount = { current: progress.downloadedBytes, total: progress.totalBytes, unit: 'bytes' } as const;
        report.step(step, 'running', { detail: phaseWords[progress.phase], ...(progress.totalBytes > 0 ? { amount } : {}) });
        report.step(allPulls, 'running', { amount: this.#totals.update(progress) });
      }
      this.#execution.imageChanged(work.reference);
      await this.checkPlatform(work.reference, work.platform, signal);
    } catch (error) {
      if (!work.optional || isAbort(error) || !(error instanceof Fault)) throw error;
      report.log('warning', `${work.reference} could not be pulled, but can be built: ${error.problem.message}`);
    }
    this.#pulls -= 1;
    if (this.#pulls === 0) report.step(allPulls, 'done');
  }

  async build(work: BuildWork, step: ReportedStep, signal: AbortSignal): Promise<void> {
    const { definition, engine, report, request } = this.#execution;
    const { building = {} } = request.prepared.request.options ?? {};
    const login = request.findLogin ? { findLogin: request.findLogin } : {};
    if (work.onlyIfMissing && (await findImage(engine, work.reference, { signal }))) return;
    for await (const output of buildService({ engine, definition, service: work.service, reference: work.reference, choices: building, signal, ...login })) {
      const line = output.text.trimEnd();
      const { step: detail = line, bytes } = output;
      if (line !== '') report.log('info', line, work.service);
      if (detail !== '') report.step(step, 'running', { detail, ...(bytes ? { amount: { ...bytes, unit: 'bytes' } } : {}) });
    }
    this.#execution.imageChanged(work.reference);
  }

  /** Refuses an image that this engine's machine can't run, before anything is made from it. Raises `image.wrong-platform`. */
  async checkPlatform(reference: string, chosen: string | undefined, signal: AbortSignal): Promise<void> {
    if (chosen !== undefined) return;
    this.#info ??= this.#execution.engine.info({ signal });
    const [image, info] = await Promise.all([this.#execution.image(reference, signal), this.#info]);
    const mismatch = image && !sameMachine(image, info.platform) && platformMismatch(reference, info.platform, image.platform);
    if (!mismatch) return;
    if (!emulates.test(info.operatingSystem)) throw mismatch;
    this.#execution.report.log('warning', `${mismatch.problem.message} The engine emulates it, which is slow.`);
  }
}

/** Engines in a virtual machine that comes with emulators for other architectures. */
const emulates = /docker desktop|orbstack|rancher desktop|colima/i;

/** An imported image may name no platform at all. */
function sameMachine({ platform }: ImageDetails, engine: Platform): boolean {
  return platform.architecture === '' || platform.architecture === engine.architecture;
}
