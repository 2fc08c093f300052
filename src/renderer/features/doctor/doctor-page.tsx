import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { DoctorCheckRow } from './doctor-check-row.tsx';
import { doctorVerdict } from './doctor-words.ts';

/** Checks of this machine, coming in one by one, each with what to do about it. */
export function DoctorPage(): ReactNode {
  const report = useQuery(useApi().doctor.watch.experimental_liveOptions());
  const running = report.isFetching && report.data?.finished !== true;
  return (
    <>
      <PageHeader
        title="Doctor"
        description={doctorVerdict(report.data)}
        actions={
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={running}
            onClick={() => void report.refetch()}
          >
            Check again
          </Button>
        }
      />
      <Loaded query={report} skeleton={<RowsSkeleton rows={6} height={52} />}>
        {({ checks }) => (
          <ul className="rows" aria-label="Checks">
            {checks.map((check) => (
              <DoctorCheckRow key={check.id} check={check} onFixed={() => void report.refetch()} />
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
