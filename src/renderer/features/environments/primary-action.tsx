import { Button, type ButtonProps } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { JobSummary } from '../../../shared/models/job.ts';
import { useApi } from '../../api/api.tsx';
import { CancelButton } from '../jobs/cancel-button.tsx';
import { choosePrimaryAction } from './choose-primary-action.ts';

interface PrimaryActionProps {
  environment: EnvironmentSummary;
  /** The environment's newest job. */
  job: JobSummary | undefined;
  size?: NonNullable<ButtonProps['size']>;
}

/** Start, Stop, or Cancel while a job runs. Never two of them, so that there is nothing to choose. */
export function PrimaryAction({ environment, job, size = 'sm' }: PrimaryActionProps): ReactNode {
  const api = useApi();
  const environmentId = environment.id;
  const up = useMutation(api.environments.up.mutationOptions());
  const stop = useMutation(api.environments.stop.mutationOptions());
  switch (choosePrimaryAction(environment, job)) {
    case 'cancel': {
      const jobId = environment.jobId ?? job?.id ?? '';
      return <CancelButton jobId={jobId} cancelling={job?.cancelling ?? false} size={size} />;
    }
    case 'stop':
      return (
        <Button
          variant="default"
          size={size}
          leftSection={<IconPlayerStopFilled size={14} />}
          loading={stop.isPending}
          onClick={() => stop.mutate({ environmentId })}
        >
          Stop
        </Button>
      );
    case 'start':
      return (
        <Button
          size={size}
          leftSection={<IconPlayerPlayFilled size={14} />}
          loading={up.isPending}
          disabled={environment.problem !== undefined}
          onClick={() => up.mutate({ environmentId })}
        >
          Start
        </Button>
      );
  }
}
