import { z } from 'zod';
import { environmentId, procedure } from './procedure.ts';

/** The app itself and what only the desktop can do. */
export const app = {
  info: procedure.output(
    z.object({
      version: z.string(),
      platform: z.string(),
      dataDirectory: z.string(),
      /** False: secrets are kept in a file that only this user can read, and the window says so. */
      keychain: z.boolean(),
    }),
  ),
  /** Opens an http, https or mailto address in the person's browser; anything else is refused. */
  openExternal: procedure.input(z.object({ url: z.string() })).output(z.void()),
  /** Lets the person choose a Compose file or a folder; null when they cancelled. */
  pickCompose: procedure.output(z.object({ path: z.string() }).nullable()),
  /** Shows a folder in the file manager. */
  revealDirectory: procedure.input(environmentId).output(z.void()),
};
