import { Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { RestorePreviewPanel } from './restore-preview-panel.tsx';

interface ResetDialogProps {
  environment: EnvironmentSummary;
  /** Closed while absent. */
  to: 'empty' | 'seed' | undefined;
  onClose: () => void;
}

export function ResetDialog({ environment, to, onClose }: ResetDialogProps): ReactNode {
  const reset = useMutation(useApi().snapshots.reset.mutationOptions({ onSuccess: onClose }));
  return (
    <ConfirmDialog
      opened={to !== undefined}
      onClose={onClose}
      title={to === 'empty' ? `Empty the volumes of ${environment.title}?` : `Reset ${environment.title} to its seed data?`}
      confirmLabel={to === 'empty' ? 'Empty' : 'Reset'}
      danger
      busy={reset.isPending}
      onConfirm={() => {
        if (to) reset.mutate({ environmentId: environment.id, to });
      }}
    >
      <Stack gap="xs">
        <Text size="sm">
          {to === 'empty'
            ? 'All volumes of this environment become empty, as before its first start.'
            : 'All volumes become what the environment began with: the seed of its profile.'}{' '}
          A safety snapshot of the present data is taken first, so that you can go back.
        </Text>
        {to === 'empty' ? <RestorePreviewPanel request={{ environmentId: environment.id }} disabled={false} /> : null}
      </Stack>
    </ConfirmDialog>
  );
}
