import type { Command } from 'commander';
import type { Run } from '../program.ts';
import { addImagePullCommands } from './image-pulls.ts';
import { addImageUpdateCommands } from './image-updates.ts';

/** `slipway images …`. */
export function addImagesCommands(program: Command, run: Run): void {
  const images = program.command('images').description('the images of an environment: what is there, what is newer, locks, updates and their rehearsal');
  addImagePullCommands(images, run);
  addImageUpdateCommands(images, run);
}
