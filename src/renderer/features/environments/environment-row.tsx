import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { environmentPath } from '../../app/routes.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { stackLooks } from '../../ui/state-look.ts';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { PrimaryAction } from './primary-action.tsx';
import { runningText } from './running-text.ts';

export function EnvironmentRow({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const look = stackLooks[environment.state];
  const job = useLatestJob(environment.id);
  return (
    <li className="row">
      <StateDot look={look} />
      <div className="row-words">
        <Link href={environmentPath(environment.id)} className="row-link">
          {environment.title}
        </Link>
        <Text size="xs" c={environment.problem ? 'red' : 'dimmed'} truncate>
          {environment.problem?.message ?? environment.description ?? environment.directory}
        </Text>
      </div>
      <Text size="xs" c="dimmed" className="row-count">
        {runningText(environment)}
      </Text>
      <span className="row-state">
        <StateBadge look={look} size="sm" />
      </span>
      <span className="row-action">
        <PrimaryAction environment={environment} job={job} size="xs" />
      </span>
    </li>
  );
}
