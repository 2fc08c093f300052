import { Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Job, JobSummary } from '../../../shared/models/job.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useApi } from '../../api/api.tsx';
import { count } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { holdingEnvironments, portConflicts } from '../../ui/port-conflicts.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { overallProgress, presentSteps, stepCount } from '../jobs/job-progress.ts';
import { JobSteps } from '../jobs/job-steps.tsx';
import { runningWords } from '../jobs/job-words.ts';
import { StopHolders } from './stop-holders.tsx';
import { useJob } from '../jobs/use-job.ts';

/** The environment's newest job: its steps while it runs, its Problem when it failed, nothing once it is done. */
export function CurrentJob({ summary }: { summary: JobSummary }): ReactNode {
  const [dismissed, setDismissed] = useState(false);
  const { outcome } = summary;
  if (!outcome) return <RunningJob summary={summary} />;
  if (outcome.status !== 'failed' || dismissed) return null;
  return (
    <ProblemAlert
      problem={outcome.problem}
      onClose={() => setDismissed(true)}
      actions={<WaysOut summary={summary} problem={outcome.problem} />}
    />
  );
}

/** What the person can do about a failed job right here. */
function WaysOut({ summary: { kind, environmentId }, problem }: { summary: JobSummary; problem: Problem }): ReactNode {
  const api = useApi();
  const up = useMutation(api.environments.up.mutationOptions());
  const clone = useMutation(api.environments.clone.mutationOptions());
  const restore = useMutation(api.snapshots.restore.mutationOptions());
  if (environmentId === undefined) return null;
  const snapshotId = problem.code === 'snapshot.database-version' ? problem.data?.['snapshotId'] : undefined;
  if (kind === 'snapshot.restore' && typeof snapshotId === 'string') {
    return (
      <Button
        size="xs"
        variant="light"
        color="red"
        loading={restore.isPending}
        onClick={() => restore.mutate({ environmentId, snapshotId, force: true })}
      >
        Restore anyway
      </Button>
    );
  }
  if (kind === 'environment.clone' && typeof snapshotId === 'string') {
    return (
      <Button size="xs" variant="light" color="red" loading={clone.isPending} onClick={() => clone.mutate({ environmentId, snapshotId, force: true })}>
        Clone anyway
      </Button>
    );
  }
  if (kind !== 'up') return null;
  return (
    <Group gap="xs">
      <StopHolders environmentId={environmentId} holders={holdingEnvironments(problem, environmentId)} />
      {portConflicts(problem).some(({ suggestion }) => suggestion !== undefined) ? (
        <Button size="xs" loading={up.isPending} onClick={() => up.mutate({ environmentId, remapConflicts: true })}>
          Use free ports
        </Button>
      ) : null}
      <Button size="xs" variant="light" color="red" loading={up.isPending} onClick={() => up.mutate({ environmentId })}>
        Try again
      </Button>
    </Group>
  );
}

function RunningJob({ summary }: { summary: JobSummary }): ReactNode {
  const query = useJob(summary.id);
  return (
    <Paper withBorder p="md" component="section" aria-label={summary.title}>
      <Loaded query={query} skeleton={<RowsSkeleton rows={4} height={22} />}>
        {(job) => <JobProgress job={job} />}
      </Loaded>
    </Paper>
  );
}

function JobProgress({ job }: { job: Job }): ReactNode {
  const progress = overallProgress(job.steps);
  const { done, all } = stepCount(job.steps);
  const words = job.cancelling ? 'Cancelling' : runningWords[job.kind];
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {words}…
        </Text>
        <Text size="xs" c="dimmed" className="numbers">
          {all > 0 ? `${done} of ${count(all, 'step')} done` : ''}
        </Text>
      </Group>
      <Progress value={(progress ?? 1) * 100} animated aria-label={words} size={6} />
      <div className="current-steps" tabIndex={0} aria-label="Current steps" role="group">
        <JobSteps steps={presentSteps(job.steps, 4)} />
      </div>
    </Stack>
  );
}
