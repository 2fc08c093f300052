import type { Platform } from '../engine.ts';

/** `linux/arm64/v8`, as the API takes it. */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}
