import type { LayerProgress, PullProgress } from './images.ts';

/** One line of the stream that a pull or push yields. */
export interface TransferLine {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly aux?: { readonly Tag?: string; readonly Digest?: string; readonly Size?: number };
}

type LayerState = LayerProgress['state'];

const states: Readonly<Record<string, LayerState>> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Preparing: 'waiting',
  Downloading: 'downloading',
  Pushing: 'downloading',
  'Verifying Checksum': 'verifying',
  'Download complete': 'verifying',
  Extracting: 'extracting',
  'Pull complete': 'done',
  Pushed: 'done',
  'Already exists': 'present',
  'Layer already exists': 'present',
};

/** Folds the lines of one transfer into its state. Bytes never go backwards, and a finished layer counts whole. */
export class TransferFold {
  private readonly reference: string;
  private readonly layers = new Map<string, LayerProgress>();
  private digest: string | undefined;

  constructor(reference: string) {
    this.reference = reference;
  }

  /** The state after `line`, or undefined when the line changed nothing. */
  add(line: TransferLine): PullProgress | undefined {
    const digest = line.aux?.Digest ?? /^(?:Digest: |.* digest: )(sha256:[0-9a-f]{64})/i.exec(line.status ?? '')?.[1];
    if (digest !== undefined) this.digest = digest;
    const state = states[line.status ?? ''] ?? (line.status?.startsWith('Mounted from') === true ? 'present' : undefined);
    if (line.id === undefined || state === undefined) return undefined;
    const before = this.layers.get(line.id);
    const after = nextLayer(before, line.id, state, line.progressDetail);
    if (before && same(before, after)) return undefined;
    this.layers.set(line.id, after);
    return this.progress(this.phase());
  }

  start(): PullProgress {
    return this.progress('resolving');
  }

  done(): PullProgress {
    return this.progress('done');
  }

  private progress(phase: PullProgress['phase']): PullProgress {
    const layers = [...this.layers.values()];
    return {
      reference: this.reference,
      phase,
      downloadedBytes: layers.reduce((sum, { currentBytes }) => sum + currentBytes, 0),
      totalBytes: layers.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
      layers,
      ...(this.digest !== undefined && phase === 'done' && { digest: this.digest }),
    };
  }

  private phase(): PullProgress['phase'] {
    const left = [...this.layers.values()].map(({ state }) => state);
    if (left.some((state) => state === 'downloading' || state === 'waiting')) return 'downloading';
    return left.length === 0 ? 'resolving' : 'extracting';
  }
}

/** While a layer is extracted its numbers start anew; what is shown are the bytes that came over the network. */
function nextLayer(
  before: LayerProgress | undefined,
  id: string,
  state: LayerState,
  detail: TransferLine['progressDetail'],
): LayerProgress {
  const known = { current: before?.currentBytes ?? 0, total: before?.totalBytes ?? 0 };
  const total = Math.max(known.total, detail?.total ?? 0);
  if (state === 'downloading') return { id, state, currentBytes: Math.max(known.current, Math.min(detail?.current ?? 0, total)), totalBytes: total };
  if (state === 'waiting') return { id, state, currentBytes: known.current, totalBytes: known.total };
  return { id, state, currentBytes: total, totalBytes: total };
}

function same(one: LayerProgress, other: LayerProgress): boolean {
  return one.state === other.state && one.currentBytes === other.currentBytes && one.totalBytes === other.totalBytes;
}
