import { createHash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import type { Platform } from '../engine.ts';
import type { ImageDetails, ImageSummary } from '../images.ts';
import type { FileTree } from './file-tree.ts';

export type ImageConfig = ImageDetails['config'];

export interface MemoryLayer {
  readonly digest: string;
  readonly bytes: number;
}

/** An image on the memory engine or in its registry. Tags and digests change, the rest doesn't. */
export interface MemoryImage {
  readonly id: string;
  readonly platform: Platform;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
  readonly layers: readonly MemoryLayer[];
  readonly files: FileTree;
  readonly createdAt: Date;
  readonly tags: Set<string>;
  readonly digests: Set<string>;
}

export const emptyConfig: ImageConfig = {
  user: '',
  environment: [],
  entrypoint: [],
  command: [],
  workingDirectory: '',
  volumes: [],
  exposedPorts: [],
  hasHealthcheck: false,
  stopSignal: '',
};

export function imageSummary(image: MemoryImage): ImageSummary {
  return {
    id: image.id,
    tags: [...image.tags],
    digests: [...image.digests],
    sizeBytes: image.layers.reduce((sum, { bytes }) => sum + bytes, 0),
    createdAt: image.createdAt,
    labels: image.labels,
  };
}

export function imageDetails(image: MemoryImage): ImageDetails {
  const layers = image.layers.map(({ digest }) => digest);
  return { ...imageSummary(image), platform: image.platform, layers, config: image.config };
}

/** `sha256:…` of anything that JSON can hold. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;
}

/** Applies Dockerfile lines that only change the configuration; raises `engine.rejected` for others. */
export function applyChanges(
  base: { readonly config: ImageConfig; readonly labels: Readonly<Record<string, string>> },
  changes: readonly string[],
): { config: ImageConfig; labels: Readonly<Record<string, string>> } {
  return changes.reduce(({ config, labels }, line) => {
    const [instruction = '', ...rest] = line.trim().split(/\s+/);
    const value = rest.join(' ');
    switch (instruction.toUpperCase()) {
      case 'CMD':
        return { config: { ...config, command: words(value) }, labels };
      case 'ENTRYPOINT':
        return { config: { ...config, entrypoint: words(value) }, labels };
      case 'ENV':
        return { config: { ...config, environment: [...config.environment, value] }, labels };
      case 'USER':
        return { config: { ...config, user: value }, labels };
      case 'WORKDIR':
        return { config: { ...config, workingDirectory: value }, labels };
      case 'VOLUME':
        return { config: { ...config, volumes: [...config.volumes, value] }, labels };
      case 'EXPOSE':
        return { config: { ...config, exposedPorts: [...config.exposedPorts, value.includes('/') ? value : `${value}/tcp`] }, labels };
      case 'STOPSIGNAL':
        return { config: { ...config, stopSignal: value }, labels };
      case 'HEALTHCHECK':
        return { config: { ...config, hasHealthcheck: value !== 'NONE' }, labels };
      case 'LABEL': {
        const [key = '', ...text] = value.split('=');
        return { config, labels: { ...labels, [key]: text.join('=').replace(/^"|"$/g, '') } };
      }
      default:
        throw new Fault({
          code: 'engine.rejected',
          message: `The engine does not know the instruction ${instruction}.`,
          hint: 'Correct the Dockerfile.',
          detail: line,
        });
    }
  }, base);
}

function words(value: string): readonly string[] {
  return value.startsWith('[') ? (JSON.parse(value) as string[]) : ['sh', '-c', value];
}
