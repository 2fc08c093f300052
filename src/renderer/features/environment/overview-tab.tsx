import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { DiagnosticList } from '../../ui/diagnostic-list.tsx';
import { ChecksCard } from '../checks/checks-card.tsx';
import { isUp } from '../environments/running-text.ts';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { ServicesTable } from '../services/services-table.tsx';
import { CurrentJob } from './current-job.tsx';
import { WatchFiles } from './watch-files.tsx';

export function OverviewTab({ view }: { view: EnvironmentView }): ReactNode {
  const job = useLatestJob(view.summary.id);
  const { problem } = view.summary;
  return (
    <Stack gap="md">
      {problem ? <ProblemAlert problem={problem} /> : null}
      {job ? <CurrentJob key={job.id} summary={job} /> : null}
      {!problem && view.diagnostics.length > 0 ? <DiagnosticList diagnostics={view.diagnostics} /> : null}
      <WatchFiles view={view} />
      {view.services.length > 0 ? <ServicesTable view={view} /> : null}
      {problem ? null : (
        <ChecksCard environmentId={view.summary.id} disabled={view.summary.jobId !== undefined || !isUp(view.summary)} />
      )}
    </Stack>
  );
}
