import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { StateDot } from './state-dot.tsx';
import type { StateLook } from './state-look.ts';

/** The word with its dot. What is well stays quiet; only what needs a look takes colour. */
export function StateBadge({ look, size = 'md' }: { look: StateLook; size?: 'sm' | 'md' | 'lg' }): ReactNode {
  return (
    <Badge
      role="status"
      aria-label={`State: ${look.label}`}
      size={size}
      color={look.color}
      className={look.color === 'gray' || look.color === 'teal' ? 'quiet-badge' : ''}
      leftSection={<StateDot look={look} />}
    >
      {look.label}
    </Badge>
  );
}
