import { Button, type ButtonProps } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';

interface CancelButtonProps {
  jobId: string;
  cancelling: boolean;
  size?: NonNullable<ButtonProps['size']>;
}

/** Asks a job to stop. It then says "Cancelling" until the job has cleaned up after itself. */
export function CancelButton({ jobId, cancelling, size = 'sm' }: CancelButtonProps): ReactNode {
  const cancel = useMutation(useApi().jobs.cancel.mutationOptions());
  return (
    <Button
      variant="default"
      size={size}
      leftSection={<IconX size={16} />}
      disabled={cancelling || cancel.isPending}
      onClick={() => cancel.mutate({ jobId })}
    >
      {cancelling ? 'Cancelling…' : 'Cancel'}
    </Button>
  );
}
