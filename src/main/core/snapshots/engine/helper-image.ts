import type { HelperImage } from '../../engine/helper-image.ts';

/** Where a helper container has its one program. */
export const helperProgram = '/volume-helper';

/** The image of our helper containers: an empty `/v` to mount below and, where one is given, the program. */
export const volumeHelperImage = (executable?: Buffer): HelperImage => ({
  repository: 'slipway/volume-helper',
  program: helperProgram,
  executable,
  directories: ['v'],
});
