import { z } from 'zod';

export const settings = z.object({
  colorScheme: z.enum(['auto', 'light', 'dark']).default('auto'),
  /** Address of the engine to use; absent: the first that answers. */
  engine: z.string().optional(),
  /** Start an own engine when none answers and one can be had. */
  privateEngine: z.enum(['auto', 'never']).default('auto'),
  /** Stop the app's own engine when the app quits. */
  stopPrivateEngineOnQuit: z.boolean().default(false),
  /** Publish ports on 127.0.0.1 where the Compose file names no address. */
  publishOnLoopback: z.boolean().default(true),
  closeToTray: z.boolean().default(false),
  /** Give running web pages stable names below `localhost`, all on one port. */
  localProxy: z.boolean().default(false),
  localProxyPort: z.number().int().min(1).max(65_535).default(7_080),
  /** Speak TLS there, too, with certificates of an authority made on this machine. */
  localProxyTls: z.boolean().default(false),
});
export type Settings = z.infer<typeof settings>;

/** Some settings. `partial()` alone would fill what is left out with defaults, and so undo what the person chose. */
export const settingsChange = z
  .object({
    colorScheme: settings.shape.colorScheme.unwrap(),
    /** Empty: no particular one. */
    engine: z.string(),
    privateEngine: settings.shape.privateEngine.unwrap(),
    stopPrivateEngineOnQuit: z.boolean(),
    publishOnLoopback: z.boolean(),
    closeToTray: z.boolean(),
    localProxy: z.boolean(),
    localProxyPort: settings.shape.localProxyPort.unwrap(),
    localProxyTls: z.boolean(),
  })
  .partial();
export type SettingsChange = z.infer<typeof settingsChange>;
