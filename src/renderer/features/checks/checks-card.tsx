import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconChecklist } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CheckReport, CheckResult } from '../../../shared/models/check.ts';
import { useApi } from '../../api/api.tsx';
import { formatDuration } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { checkLooks, reportWords } from './check-words.ts';

interface ChecksCardProps {
  environmentId: string;
  /** Nothing can be checked: nothing runs, or a job changes the environment. */
  disabled: boolean;
}

/** The checks of the environment's profile with their newest results; nothing where it has none. */
export function ChecksCard({ environmentId, disabled }: ChecksCardProps): ReactNode {
  const checks = useQuery(useApi().checks.watch.experimental_liveOptions({ input: { environmentId } }));
  return (
    <Loaded query={checks} skeleton={<RowsSkeleton rows={2} height={32} />}>
      {(report) => (report ? <Report report={report} environmentId={environmentId} disabled={disabled} /> : null)}
    </Loaded>
  );
}

function Report({ report, environmentId, disabled }: ChecksCardProps & { report: CheckReport }): ReactNode {
  const run = useMutation(useApi().checks.run.mutationOptions());
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="checks-title">
      <Group justify="space-between" mb="xs">
        <Group gap="sm" align="baseline">
          <Title order={2} id="checks-title">
            Checks
          </Title>
          <Text size="xs" c="dimmed" component="div" role="status">
            {reportWords(report)} {report.finishedAt ? <TimeAgo at={report.finishedAt} /> : null}
          </Text>
        </Group>
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<IconChecklist size={14} />}
          disabled={disabled}
          loading={run.isPending}
          onClick={() => run.mutate({ environmentId })}
        >
          Run checks
        </Button>
      </Group>
      <ul className="check-list">
        {report.results.map((result) => (
          <CheckRow key={result.name} result={result} />
        ))}
      </ul>
    </Paper>
  );
}

function CheckRow({ result }: { result: CheckResult }): ReactNode {
  const { name, subject, state, durationMs, problem } = result;
  return (
    <li>
      <Group gap="sm" wrap="nowrap" justify="space-between">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Text size="sm" fw={500} className="nowrap">
            {name}
          </Text>
          <Text size="xs" c="dimmed" ff="monospace" truncate title={subject}>
            {subject}
          </Text>
        </Group>
        <Group gap="sm" wrap="nowrap">
          {durationMs === undefined ? null : (
            <Text size="xs" c="dimmed" className="numbers nowrap">
              {formatDuration(durationMs)}
            </Text>
          )}
          <StateBadge look={checkLooks[state]} size="sm" />
        </Group>
      </Group>
      {problem ? (
        <Stack gap={4} mt={4}>
          <Text size="sm">{problem.message}</Text>
          {problem.detail ? (
            <Code block className="check-detail">
              {problem.detail}
            </Code>
          ) : null}
        </Stack>
      ) : null}
    </li>
  );
}
