import { Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { rehearsalMarkdown } from '../../../shared/models/rehearsal-markdown.ts';
import type { RehearsalReport } from '../../../shared/models/rehearsal.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatDuration } from '../../ui/format.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { serviceLooks } from '../../ui/state-look.ts';
import { checkLooks } from '../checks/check-words.ts';
import { shortDigest, verdictLooks } from './image-words.ts';

/** Everything that a rehearsal found out. */
export function RehearsalDetails({ report }: { report: RehearsalReport }): ReactNode {
  const { verdict, durationMs, phases, problem, images, services, checks, dataVersions, logs, warnings, kept } = report;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="sm">
          <StateBadge look={verdictLooks[verdict]} />
          <Text size="xs" c="dimmed">
            {formatDuration(durationMs)} in all: {phases.map(({ name, durationMs: ms }) => `${name} ${formatDuration(ms)}`).join(', ')}
          </Text>
        </Group>
        <Group gap={4}>
          <Text size="xs" c="dimmed">
            Markdown
          </Text>
          <CopyButton text={rehearsalMarkdown(report)} what="the report as Markdown" />
          <Text size="xs" c="dimmed">
            JSON
          </Text>
          <CopyButton text={JSON.stringify(report, undefined, 2)} what="the report as JSON" />
        </Group>
      </Group>
      {kept === undefined ? null : <Text size="sm">The copy was kept as “{kept}”.</Text>}
      {problem ? <ProblemAlert problem={problem} /> : null}
      <Facts
        title="Images"
        header={['Service', 'Before', 'Now']}
        rows={images.map(({ service, before, after }) => [service, before === undefined ? '—' : shortDigest(before), shortDigest(after)])}
      />
      <Facts
        title="Services"
        header={['Service', 'State', 'Detail']}
        rows={services.map(({ name, state, detail = '' }) => [name, <StateBadge key="state" look={serviceLooks[state]} size="sm" />, detail])}
      />
      <Facts
        title="Checks"
        header={['Check', 'State', 'What was got']}
        rows={(checks?.results ?? []).map(({ name, state, problem: why }) => [name, <StateBadge key="state" look={checkLooks[state]} size="sm" />, why?.message ?? ''])}
      />
      <Facts
        title="Data"
        header={['Service', 'Written by', 'Before', 'Now']}
        rows={dataVersions.map(({ service, product, before = '—', after = '—' }) => [service, product, before, after])}
      />
      {warnings.map((warning) => (
        <Text key={warning} size="sm" c="dimmed">
          {warning}
        </Text>
      ))}
      {logs.map(({ service, lines }) => (
        <section key={service}>
          <Title order={3}>Log of {service}</Title>
          <Code block tabIndex={0} className="check-detail">
            {lines.join('\n')}
          </Code>
        </section>
      ))}
    </Stack>
  );
}

function Facts({ title, header, rows }: { title: string; header: readonly string[]; rows: readonly (readonly ReactNode[])[] }): ReactNode {
  if (rows.length === 0) return null;
  return (
    <Table aria-label={title}>
      <Table.Thead>
        <Table.Tr>
          {header.map((name) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((cells, row) => (
          <Table.Tr key={row}>
            {cells.map((cell, column) => (
              <Table.Td key={header[column]}>{cell}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
