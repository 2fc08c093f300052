import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { outcomeWords, scheduleWords } from './snapshot-words.ts';

/** When snapshots are taken by themselves, and how the last one went. */
export function ScheduleLine({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const [editing, setEditing] = useState(false);
  const input = { environmentId: environment.id };
  const { schedule: asked } = useApi().snapshots;
  // Asked again whenever a job of the environment began or ended: one may have been the schedule's.
  const schedule = useQuery(asked.queryOptions({ input, queryKey: [...asked.queryKey({ input }), environment.jobId] }));
  if (schedule.data === undefined) return null;
  const { data } = schedule;
  return (
    <>
      <Text size="sm" c="dimmed">
        {data ? `${scheduleWords(data)}, while the app is open.` : 'No schedule.'}{' '}
        {data?.last ? (
          <>
            <TimeAgo at={data.last.at} />: {outcomeWords[data.last.outcome]}
            {data.last.message === undefined ? '.' : `. ${data.last.message}`}{' '}
          </>
        ) : null}
        <Anchor component="button" type="button" size="sm" onClick={() => setEditing(true)}>
          {data ? 'Change' : 'Set one'}
        </Anchor>
      </Text>
      <ScheduleDialog
        environmentId={environment.id}
        schedule={data}
        opened={editing}
        onClose={() => {
          setEditing(false);
          void schedule.refetch();
        }}
      />
    </>
  );
}
