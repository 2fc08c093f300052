import { EmptyState } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyNoteProps {
  icon: ReactNode;
  title: string;
  description: string;
  children?: ReactNode;
}

/** What a list says while there is nothing in it, and what to do about that. */
export function EmptyNote({ icon, title, description, children }: EmptyNoteProps): ReactNode {
  return (
    <EmptyState size="sm" py={48} icon={icon} title={title} description={description} withIndicatorBackground>
      {children ? <EmptyState.Actions>{children}</EmptyState.Actions> : null}
    </EmptyState>
  );
}
