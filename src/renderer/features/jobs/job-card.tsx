import { Button, Collapse, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { JobSummary } from '../../../shared/models/job.ts';
import { formatDuration } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { CancelButton } from './cancel-button.tsx';
import { JobLog } from './job-log.tsx';
import { JobSteps } from './job-steps.tsx';
import { jobLook } from './job-words.ts';
import { useJob } from './use-job.ts';

interface JobCardProps {
  summary: JobSummary;
  open: boolean;
  onToggle: () => void;
}

export function JobCard({ summary, open, onToggle }: JobCardProps): ReactNode {
  return (
    <Paper withBorder mb="xs" component="article" aria-label={summary.title}>
      <UnstyledButton className="job-head" onClick={onToggle} aria-expanded={open}>
        <IconChevronRight size={16} className="chevron" data-open={open || undefined} />
        <div className="job-head-words">
          <Text size="sm" fw={500} truncate>
            {summary.title}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            <TimeAgo at={summary.startedAt} />
            {summary.finishedAt
              ? `, took ${formatDuration(Date.parse(summary.finishedAt) - Date.parse(summary.startedAt))}`
              : ''}
          </Text>
        </div>
        <StateBadge look={jobLook(summary)} size="sm" />
      </UnstyledButton>
      <Collapse expanded={open} keepMounted={false} transitionDuration={120}>
        <JobDetail jobId={summary.id} running={!summary.outcome} />
      </Collapse>
    </Paper>
  );
}

function JobDetail({ jobId, running }: { jobId: string; running: boolean }): ReactNode {
  const query = useJob(jobId);
  return (
    <Stack gap="md" p="sm" pt={0}>
      <Loaded query={query} skeleton={<RowsSkeleton rows={3} height={22} />}>
        {(job) => (
          <>
            {job.outcome?.status === 'failed' ? <ProblemAlert problem={job.outcome.problem} /> : null}
            {job.steps.length > 0 ? <JobSteps steps={job.steps} /> : null}
            {job.log.length > 0 ? <JobLog log={job.log} /> : null}
            <Group justify="flex-end" gap="xs">
              {job.log.length > 0 ? (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  color="gray"
                  onClick={() => void navigator.clipboard.writeText(job.log.map((entry) => entry.text).join('\n'))}
                >
                  Copy log
                </Button>
              ) : null}
              {running ? <CancelButton jobId={jobId} cancelling={job.cancelling} size="compact-sm" /> : null}
            </Group>
          </>
        )}
      </Loaded>
    </Stack>
  );
}
