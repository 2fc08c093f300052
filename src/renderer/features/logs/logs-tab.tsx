import { Button, Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { IconFileText, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { ServiceLogLine } from '../../../shared/models/log.ts';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { count } from '../../ui/format.ts';
import { LineList } from '../../ui/line-list.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { searchLines } from './log-buffer.ts';
import { serviceColor } from './service-color.ts';
import { useLogs } from './use-logs.ts';

export function LogsTab({ environmentId, services }: { environmentId: string; services: readonly string[] }): ReactNode {
  const [service, setService] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const logs = useLogs(environmentId, service ?? undefined, attempt);
  const lines = useMemo(() => searchLines(logs.lines, search), [logs.lines, search]);
  const nameWidth = Math.min(16, Math.max(4, ...services.map((name) => name.length)));
  const again = (): void => setAttempt((number) => number + 1);
  return (
    <div className="logs">
      <Group gap="sm">
        <Select
          aria-label="Service"
          size="xs"
          w={180}
          placeholder="All services"
          clearable
          data={[...services]}
          value={service}
          onChange={setService}
        />
        <TextInput
          aria-label="Search in logs"
          size="xs"
          w={260}
          placeholder="Search"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Text size="xs" c="dimmed" className="numbers logs-count" role="status">
          {search ? `${lines.length} of ${count(logs.lines.length, 'line')}` : count(logs.lines.length, 'line')}
        </Text>
        {logs.state === 'ended' ? (
          <Button size="compact-xs" variant="default" onClick={again}>
            Nothing runs any more. Read again
          </Button>
        ) : null}
      </Group>
      {logs.problem ? (
        <ProblemAlert
          problem={logs.problem}
          actions={
            <Button size="xs" variant="light" color="red" onClick={again}>
              Try again
            </Button>
          }
        />
      ) : null}
      {lines.length === 0 && !logs.problem ? (
        <EmptyNote
          icon={<IconFileText />}
          title={search && logs.lines.length > 0 ? 'No line matches' : 'No log lines yet'}
          description={
            search && logs.lines.length > 0
              ? 'Try fewer words, or another service.'
              : 'What the services write shows up here as soon as they run.'
          }
        />
      ) : (
        <LineList
          label="Service logs"
          count={lines.length}
          follow={follow}
          onFollow={setFollow}
          line={(index) => {
            const line = lines[index];
            return line ? <LogLine line={line} width={nameWidth} /> : null;
          }}
        />
      )}
    </div>
  );
}

/** `width`: of the column with the services' names, in characters. */
function LogLine({ line, width }: { line: ServiceLogLine; width: number }): ReactNode {
  return (
    <span className="log-line" data-level={line.stream === 'stderr' ? 'stderr' : undefined}>
      <span className="log-time">{new Date(line.at).toLocaleTimeString('en-GB')}</span>
      <span
        className="log-source"
        style={{ color: `var(--mantine-color-${serviceColor(line.service)}-text)`, width: `${width}ch` }}
      >
        {line.service}
      </span>
      <span>{line.text}</span>
    </span>
  );
}
