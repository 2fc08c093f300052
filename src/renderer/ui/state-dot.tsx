import type { ReactNode } from 'react';
import type { StateLook } from './state-look.ts';

/** A coloured dot. Decoration: the word stands beside it, or names the element that holds it. */
export function StateDot({ look }: { look: StateLook }): ReactNode {
  return (
    <span
      aria-hidden
      className="state-dot"
      data-lively={look.lively ?? undefined}
      data-hollow={look.color === 'gray' || undefined}
      style={{ '--dot': `var(--mantine-color-${look.color}-6)` }}
    />
  );
}
