import type { Readable } from 'node:stream';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { LabelFilter } from '../engine.ts';
import type { BuildOptions, BuildOutput, ImageDetails, ImageHistoryEntry, Images, ImageSummary, PullOptions, PullProgress } from '../images.ts';
import { platformMismatch } from '../platform-match.ts';
import { readBody, upload } from './archives.ts';
import { aboutImage } from './attempt.ts';
import { orByAlias } from './by-alias.ts';
import { build } from './build.ts';
import { imageDetails, imageSummary } from './image-model.ts';
import { jsonLines } from './json-lines.ts';
import { labelFilter } from './label-filter.ts';
import { platformText } from './platform-text.ts';
import { refusalFault } from './refusal-fault.ts';
import { pull, push } from './transfer.ts';
import type { EngineRequest, Transport } from './transport.ts';
import type { WireImage, WireImageDetails, WireImageHistory } from './wire.ts';

export class DockerodeImages implements Images {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly ImageSummary[]> {
    const request = { path: '/images/json', query: labelFilter(labels), attempt: { doing: 'list the images' }, signal };
    return (await this.transport.json<WireImage[]>(request)).map(imageSummary);
  }

  async inspect(reference: string, { signal }: Cancellable = {}): Promise<ImageDetails> {
    const ask = async (name: string): Promise<ImageDetails> =>
      imageDetails(await this.transport.json<WireImageDetails>({ path: `${imagePath(name)}/json`, attempt: aboutImage('inspect', reference), signal }));
    return orByAlias(reference, ask);
  }

  async history(reference: string, { signal }: Cancellable = {}): Promise<readonly ImageHistoryEntry[]> {
    const request = { path: `${imagePath(reference)}/history`, attempt: aboutImage('read the history of', reference), signal };
    const steps = await this.transport.json<WireImageHistory[]>(request);
    return steps.map(({ Created, CreatedBy, Size }) => ({ createdBy: CreatedBy, createdAt: new Date(Created * 1000), sizeBytes: Size }));
  }

  async *pull(reference: string, { platform, auth, signal }: PullOptions = {}): AsyncGenerator<PullProgress> {
    const wanted = platform && platformText(platform);
    for await (const progress of pull(this.transport, reference, { platform: wanted, auth, signal })) {
      if (progress.phase === 'done' && platform) {
        // An image of a single platform is pulled whatever was asked for.
        const { platform: actual } = await this.inspect(reference, { signal });
        const mismatch = platformMismatch(reference, platform, actual);
        if (mismatch) throw mismatch;
      }
      yield progress;
    }
  }

  push(reference: string, options: Parameters<Images['push']>[1] = {}): AsyncIterable<PullProgress> {
    return push(this.transport, reference, options);
  }

  async tag(source: string, target: string, { signal }: Cancellable = {}): Promise<void> {
    const { tag } = parseImageReference(target);
    const repo = tag === undefined ? target : target.replace(new RegExp(`:${tag.replaceAll('.', '\\.')}$`), '');
    const attempt = aboutImage(`give the name ${target} to`, source);
    await this.transport.run({ method: 'POST', path: `${imagePath(source)}/tag`, query: { repo, tag }, attempt, signal });
  }

  async remove(reference: string, { signal, force }: Parameters<Images['remove']>[1] = {}): Promise<void> {
    const attempt = aboutImage('remove', reference);
    await this.transport.runUnlessGone({ method: 'DELETE', path: imagePath(reference), query: { force }, attempt, signal });
  }

  async import(tar: Readable, reference: string, { signal, changes }: Parameters<Images['import']>[2] = {}): Promise<string> {
    const request: EngineRequest = {
      method: 'POST',
      path: '/images/create',
      query: { fromSrc: '-', repo: reference, changes },
      attempt: aboutImage('import', reference),
      signal,
    };
    const lines = await upload(this.transport, request, tar, (whole) => this.output(whole));
    return lines.at(-1)?.status ?? '';
  }

  save(references: readonly string[], { signal }: Cancellable = {}): Promise<Readable> {
    const attempt = aboutImage('export', references.join(', '));
    return readBody(this.transport, { path: '/images/get', query: { names: references }, attempt, signal });
  }

  async load(tar: Readable, { signal }: Cancellable = {}): Promise<readonly string[]> {
    const attempt = { doing: 'load the images of an archive' };
    const request: EngineRequest = { method: 'POST', path: '/images/load', query: { quiet: true }, attempt, signal };
    const lines = await upload(this.transport, request, tar, (whole) => this.output(whole));
    return lines.flatMap(({ stream = '' }) => /^Loaded image(?: ID)?: (\S+)/.exec(stream)?.[1] ?? []);
  }

  build(context: Readable, options: BuildOptions): AsyncIterable<BuildOutput> {
    return build(this.transport, context, options);
  }

  /** All lines of a stream that tells its failure as one of them. */
  private async output(request: EngineRequest): Promise<OutputLine[]> {
    const response = await this.transport.stream(request);
    return this.transport.told(request, async () => {
      const lines: OutputLine[] = [];
      for await (const value of jsonLines(response)) {
        const line = value as OutputLine;
        if (line.error !== undefined) throw refusalFault({ status: 0, text: line.error }, request.attempt);
        lines.push(line);
      }
      return lines;
    });
  }
}

interface OutputLine {
  readonly status?: string;
  readonly stream?: string;
  readonly error?: string;
}

/** Names keep their slashes: the daemon's routes expect them. */
function imagePath(reference: string): string {
  if (reference === '') throw new Fault({ code: 'image.not-found', message: 'An image without a name was asked for.' });
  return `/images/${reference.split('/').map(encodeURIComponent).join('/')}`;
}
