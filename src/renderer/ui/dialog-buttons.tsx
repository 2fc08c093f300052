import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** The last row of a dialog: a way out, then what the dialog is for. */
export function DialogButtons({ onCancel, children }: { onCancel: () => void; children: ReactNode }): ReactNode {
  return (
    <Group justify="flex-end" gap="sm">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      {children}
    </Group>
  );
}
