import type { LogEntry } from '../../../../shared/models/job.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { ImagePuller } from '../../registry/pull/image-puller.ts';
import { findImage } from '../../stacks/images.ts';
import { parsePlatform } from '../../stacks/platform.ts';

export interface PinnedPull {
  /** `name@sha256:…`: no tag on the engine moves. */
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly puller: ImagePuller;
}

/** Pulls an image by its digest as a step of a job, unless the engine has it. Raises what pulling raises. */
export async function pullPinned(engine: Engine, { reference, platform, puller }: PinnedPull, { signal, report }: JobContext): Promise<void> {
  const step = { id: `pull:${reference}`, title: `Pull ${reference}` };
  if (await findImage(engine, reference, { signal })) {
    report({ type: 'step', step: { ...step, state: 'skipped', detail: 'it is there' } });
    return;
  }
  const tell = (entry: LogEntry): void => report({ type: 'log', entry: { ...entry, source: reference } });
  const options = { tell, signal, platform: platform === undefined ? undefined : parsePlatform(platform) };
  for await (const { downloadedBytes, totalBytes } of puller.pull(engine, reference, options)) {
    const amount = totalBytes > 0 ? { amount: { current: downloadedBytes, total: totalBytes, unit: 'bytes' as const } } : {};
    report({ type: 'step', step: { ...step, state: 'running', ...amount } });
  }
  report({ type: 'step', step: { ...step, state: 'done' } });
}
