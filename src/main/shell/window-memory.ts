import type { Rectangle } from 'electron';
import type Store from 'electron-store';
import type { Settings } from '../../shared/models/settings.ts';

/** What the next window needs before anything else is known. */
export interface WindowMemory {
  readonly bounds?: Rectangle;
  readonly maximized?: boolean;
  /** The setting as it last was, so that the first paint already has the right ground. */
  readonly colorScheme?: Settings['colorScheme'];
}

export type WindowStore = Store<WindowMemory>;

/** Smallest useful size, in device-independent pixels. */
export const smallest = { width: 900, height: 600 } as const;
const usual = { width: 1280, height: 820 } as const;

/**
 * Where to put the window: where it was, unless that place is no longer on any screen (a monitor was unplugged), then
 * in its former size in the middle.
 */
export function placement(
  remembered: Rectangle | undefined,
  screens: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (!remembered) return usual;
  const width = Math.max(smallest.width, remembered.width);
  const height = Math.max(smallest.height, remembered.height);
  const visible = screens.some((screen) => titleBarShows({ ...remembered, width, height }, screen));
  return visible ? { x: remembered.x, y: remembered.y, width, height } : { width, height };
}

/** Enough of the window's top edge lies on the screen to take hold of it. */
function titleBarShows(window: Rectangle, screen: Rectangle): boolean {
  const overlap = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return overlap >= 120 && window.y >= screen.y - 8 && window.y <= screen.y + screen.height - 60;
}
