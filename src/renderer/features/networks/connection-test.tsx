import { Alert, Autocomplete, Button, Group, NumberInput, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentNetworks } from '../../../shared/models/network.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { resultText } from './network-words.ts';

/** Tries a name and a TCP port from inside a running service. */
export function ConnectionTest({ environmentId, view }: { environmentId: string; view: EnvironmentNetworks }): ReactNode {
  const names = view.services.map(({ service }) => service);
  const running = [...new Set(view.networks.flatMap(({ members }) => members.flatMap((member) => (member.running ? [member.service] : []))))];
  const [from, setFrom] = useState<string | null>(null);
  const [host, setHost] = useState('');
  const [port, setPort] = useState<number | string>('');
  const test = useMutation(useApi().networks.test.mutationOptions({ meta: { showsProblem: true } }));
  const source = from ?? running[0] ?? null;
  const complete = source !== null && host.trim() !== '' && typeof port === 'number';
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="connection-test">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) test.mutate({ environmentId, from: source, host: host.trim(), port });
        }}
      >
        <Stack gap="sm">
          <Title order={2} id="connection-test">
            Try a connection
          </Title>
          {running.length === 0 ? (
            <Text size="sm" c="dimmed">
              No service runs. Start the environment to try names and ports from inside it.
            </Text>
          ) : (
            <Group align="flex-end" gap="sm">
              <Select label="From" data={running} value={source} allowDeselect={false} onChange={setFrom} w={170} />
              <Autocomplete label="To" placeholder="Service or address" data={names} value={host} onChange={setHost} w={200} />
              <NumberInput label="Port" min={1} max={65_535} allowDecimal={false} value={port} onChange={setPort} w={110} />
              <Button type="submit" disabled={!complete} loading={test.isPending}>
                Try
              </Button>
            </Group>
          )}
          {test.isError ? <ProblemAlert problem={problemOf(test.error)} /> : null}
          {test.data ? (
            <Alert role="status" color={test.data.reachable ? 'teal' : 'orange'} title={resultText(test.data)}>
              {test.data.advice}
            </Alert>
          ) : null}
        </Stack>
      </form>
    </Paper>
  );
}
