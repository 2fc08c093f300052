import { Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import type { JobSummary } from '../../../shared/models/job.ts';
import { useApi } from '../../api/api.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { isUp } from '../environments/running-text.ts';
import { useJob } from '../jobs/use-job.ts';
import { useJobs } from '../jobs/use-jobs.ts';
import { latestChanges, watchDescription } from './watch-words.ts';

/** Turns the watching of files on and off, and tells what it did. Nothing where no service asks for it. */
export function WatchFiles({ view }: { view: EnvironmentView }): ReactNode {
  const { watchable = [], summary } = view;
  const api = useApi();
  const start = useMutation(api.environments.watchFiles.mutationOptions());
  const stop = useMutation(api.jobs.cancel.mutationOptions());
  const job = useJobs().data?.find(({ kind, environmentId }) => kind === 'watch' && environmentId === summary.id);
  if (watchable.length === 0) return null;
  const running = job && !job.outcome ? job : undefined;
  const up = isUp(summary);
  return (
    <Paper withBorder p="md" component="section" aria-label="Watch files">
      <Stack gap="sm">
        <Switch
          label="Watch files"
          description={watchDescription(watchable, up || running !== undefined)}
          checked={running !== undefined && !running.cancelling}
          disabled={(!up && !running) || start.isPending || running?.cancelling === true}
          onChange={({ currentTarget: { checked } }) => {
            if (checked) start.mutate({ environmentId: summary.id });
            else if (running) stop.mutate({ jobId: running.id });
          }}
        />
        {running ? <Changes job={running} services={watchable} /> : null}
        {job?.outcome?.status === 'failed' ? <ProblemAlert problem={job.outcome.problem} /> : null}
      </Stack>
    </Paper>
  );
}

function Changes({ job, services }: { job: JobSummary; services: readonly string[] }): ReactNode {
  const log = useJob(job.id).data?.log;
  const changes = log ? latestChanges(log, services) : [];
  if (changes.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        Nothing has changed yet.
      </Text>
    );
  }
  return (
    <Stack gap={2} role="list" aria-label="Newest changes" aria-live="polite">
      {changes.map(({ at, level, source, text }) => (
        <Group key={`${at} ${text}`} role="listitem" gap="xs" wrap="nowrap" align="baseline">
          <Text size="xs" c="dimmed" className="numbers">
            {new Date(at).toLocaleTimeString('en-GB')}
          </Text>
          <Text size="xs" fw={600}>
            {source}
          </Text>
          <Text size="xs" className="wrap" {...(level === 'info' ? {} : { c: level === 'error' ? 'red' : 'orange' })}>
            {text}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
