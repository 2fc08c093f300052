import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DownloadPlan, ImageDownload } from '../../../shared/models/download.ts';

/** How much of one image would be downloaded. */
export function imageDownloadWords({ bytes, totalBytes }: ImageDownload): string {
  if (bytes === undefined) return 'unknown';
  if (bytes === 0) return 'nothing';
  return totalBytes === undefined || totalBytes === bytes ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
}

/** The sum in a sentence. */
export function downloadWords({ bytes, complete, images }: DownloadPlan): string {
  if (images.length === 0) return 'No image is pulled from a registry.';
  const unknown = complete ? '' : ' Not all registries could tell how much their images are.';
  if (bytes === 0 && complete) return 'The engine has all of it: nothing is downloaded.';
  return `${formatBytes(bytes)} will be downloaded; layers that images share count once.${unknown}`;
}
