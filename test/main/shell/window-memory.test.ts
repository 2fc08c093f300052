import { describe, expect, it } from 'vitest';
import { placement, smallest } from '../../../src/main/shell/window-memory.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const second = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('placement', () => {
  it('gives a first window a size and leaves its place to the system', () => {
    expect(placement(undefined, [screen])).not.toHaveProperty('x');
  });

  it('puts the window back where it was', () => {
    const bounds = { x: 2000, y: 50, width: 1000, height: 800 };
    expect(placement(bounds, [screen, second])).toEqual(bounds);
  });

  it.each([
    ['a screen that is gone', { x: 2000, y: 50, width: 1000, height: 800 }],
    ['above the screen', { x: 10, y: -700, width: 1000, height: 800 }],
    ['below the screen', { x: 10, y: 1075, width: 1000, height: 800 }],
    ['beyond the left edge', { x: -980, y: 10, width: 1000, height: 800 }],
  ])('keeps only the size of a window on %s', (_place, bounds) => {
    expect(placement(bounds, [screen])).toEqual({ width: 1000, height: 800 });
  });

  it('never makes a window too small to use', () => {
    expect(placement({ x: 0, y: 0, width: 10, height: 10 }, [screen])).toEqual({ x: 0, y: 0, ...smallest });
  });
});
