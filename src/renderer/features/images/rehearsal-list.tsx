import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RehearsalReport } from '../../../shared/models/rehearsal.ts';
import { useApi } from '../../api/api.tsx';
import { formatDuration } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { shortDigest, verdictLooks } from './image-words.ts';
import { RehearsalDetails } from './rehearsal-details.tsx';

/** Reports of the environment's rehearsals; nothing before the first one. */
export function RehearsalList({ environmentId }: { environmentId: string }): ReactNode {
  const [shown, setShown] = useState<RehearsalReport>();
  const reports = useQuery(useApi().images.rehearsals.experimental_liveOptions({ input: { environmentId } }));
  return (
    <Loaded query={reports} skeleton={<RowsSkeleton rows={2} height={40} />}>
      {(all) =>
        all.length === 0 ? null : (
          <Paper withBorder p="md" component="section" aria-labelledby="rehearsals-title">
            <Title order={2} id="rehearsals-title" mb="xs">
              Rehearsals
            </Title>
            <ul className="check-list">
              {all.map((report) => (
                <RehearsalRow key={report.id} report={report} onShow={() => setShown(report)} />
              ))}
            </ul>
            <Modal
              opened={shown !== undefined}
              onClose={() => setShown(undefined)}
              title={shown ? `Rehearsal of ${shown.environmentName}` : ''}
              size="xl"
            >
              {shown ? <RehearsalDetails report={shown} /> : null}
            </Modal>
          </Paper>
        )
      }
    </Loaded>
  );
}

function RehearsalRow({ report, onShow }: { report: RehearsalReport; onShow: () => void }): ReactNode {
  const images = report.images.map(({ service, after }) => `${service}: ${shortDigest(after)}`).join(', ');
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <StateBadge look={verdictLooks[report.verdict]} size="sm" />
          <Stack gap={0} miw={0}>
            <Text size="sm" truncate title={images}>
              {images}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              <TimeAgo at={report.startedAt} />, {formatDuration(report.durationMs)}
            </Text>
          </Stack>
        </Group>
        <Button variant="default" size="compact-sm" onClick={onShow} aria-label={`Report of the rehearsal of ${images}`}>
          Report
        </Button>
      </Group>
    </li>
  );
}
