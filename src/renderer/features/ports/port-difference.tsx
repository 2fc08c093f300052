import { Anchor, Button, Code, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { PortDifference as Difference } from '../../../shared/models/port.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { count } from '../../ui/format.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

interface PortDifferenceProps {
  environmentId: string;
  /** Changes whenever the ports do. */
  version: string;
}

/** Says how many ports differ from the files, shows how, and saves that as an override file. */
export function PortDifference({ environmentId, version }: PortDifferenceProps): ReactNode {
  const api = useApi();
  const [opened, { open, close }] = useDisclosure(false);
  const query = useQuery({
    ...api.ports.difference.queryOptions({ input: { environmentId } }),
    queryKey: [...api.ports.difference.queryKey({ input: { environmentId } }), version],
    placeholderData: (before) => before,
  });
  const difference = query.data;
  if (!difference || difference.changes.length === 0) return null;
  return (
    <>
      <Text size="xs" c="dimmed">
        {count(difference.changes.length, 'port')} {difference.changes.length === 1 ? 'differs' : 'differ'} from the Compose files.{' '}
        <Anchor component="button" type="button" size="xs" onClick={open}>
          Show the difference
        </Anchor>
      </Text>
      <Modal opened={opened} onClose={close} size="lg" title="Ports that differ from the files">
        <DifferenceBody environmentId={environmentId} difference={difference} onClose={close} />
      </Modal>
    </>
  );
}

function DifferenceBody({ environmentId, difference, onClose }: { environmentId: string; difference: Difference; onClose: () => void }): ReactNode {
  const api = useApi();
  const edit = useMutation(api.ports.edit.mutationOptions({ meta: { showsProblem: true }, onSuccess: onClose }));
  const save = useMutation(api.ports.saveOverride.mutationOptions({ meta: { showsProblem: true } }));
  const failed = save.error ?? edit.error;
  return (
    <Stack gap="md">
      <Table aria-label="Difference" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Service</Table.Th>
            <Table.Th>Files say</Table.Th>
            <Table.Th>In use</Table.Th>
            <Table.Th w={130} aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {difference.changes.map(({ service, containerPort, protocol, before, after }) => (
            <Table.Tr key={`${service} ${containerPort}/${protocol} ${before ?? ''} ${after ?? ''}`}>
              <Table.Td>{`${service} ${containerPort}/${protocol}`}</Table.Td>
              <Table.Td ff="monospace">{before ?? 'not published'}</Table.Td>
              <Table.Td ff="monospace">{after ?? 'not published'}</Table.Td>
              <Table.Td ta="end">
                <Anchor
                  component="button"
                  type="button"
                  size="xs"
                  disabled={edit.isPending}
                  onClick={() => edit.mutate({ environmentId, edits: [{ action: 'reset', service, containerPort, protocol, ...currentPort(after) }] })}
                >
                  As the files say
                </Anchor>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <div className="problem-detail">
        <Code block aria-label="Override file">
          {difference.override}
        </Code>
        <CopyButton text={difference.override} what="the override file" />
      </div>
      {failed ? <ProblemAlert problem={problemOf(failed)} /> : null}
      {save.isSuccess ? <Text size="sm">Saved as {save.data.path}. Name it after the other files to use it with docker compose.</Text> : null}
      <Group justify="flex-end" gap="sm">
        {save.isError && problemOf(save.error).code === 'usage.invalid' ? (
          <Button variant="light" color="red" loading={save.isPending} onClick={() => save.mutate({ environmentId, replace: true })}>
            Replace it
          </Button>
        ) : null}
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate({ environmentId })}>
          Save as override file
        </Button>
      </Group>
    </Stack>
  );
}

function currentPort(after: string | undefined): { current?: number } {
  const port = Number(after?.slice(after.lastIndexOf(':') + 1));
  return Number.isInteger(port) && port > 0 ? { current: port } : {};
}
