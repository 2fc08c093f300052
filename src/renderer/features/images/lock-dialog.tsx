import { Button, Code, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { LockChange, LockReport } from '../../../shared/models/image-check.ts';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { shortDigest } from './image-words.ts';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface LockDialogProps {
  environmentId: string;
  opened: boolean;
  onClose: () => void;
}

/** Shows what a lock of now would say before it is written. */
export function LockDialog({ environmentId, opened, onClose }: LockDialogProps): ReactNode {
  const api = useApi();
  const draft = useQuery({ ...api.images.lockDraft.queryOptions({ input: { environmentId } }), enabled: opened, gcTime: 0 });
  const lock = useMutation(api.images.lock.mutationOptions({ onSuccess: onClose }));
  return (
    <Modal opened={opened} onClose={onClose} title="Lock the images" size="lg">
      <Stack gap="md">
        <Text size="sm">
          A lock says which digest each image stands for, so that everybody runs exactly the same, whatever the tags name later.
        </Text>
        <Loaded query={draft} skeleton={<RowsSkeleton rows={3} height={28} />}>
          {(report) => <Draft report={report} />}
        </Loaded>
        <DialogButtons onCancel={onClose}>
          <Button disabled={!draft.data || draft.data.changes.length === 0} loading={lock.isPending} onClick={() => lock.mutate({ environmentId })}>
            Write lock
          </Button>
        </DialogButtons>
      </Stack>
    </Modal>
  );
}

function Draft({ report }: { report: LockReport }): ReactNode {
  return (
    <Stack gap="xs">
      {report.changes.length === 0 ? <Text size="sm">The lock is as the registries are; there is nothing to write.</Text> : null}
      {report.changes.map((change) => (
        <Text key={change.image} size="xs" ff="monospace">
          {changeText(change)}
        </Text>
      ))}
      {report.unlocked.map(({ image, reason }) => (
        <Text key={image} size="xs" c="dimmed">
          {image} is left out: {reason}.
        </Text>
      ))}
      <Text size="xs" c="dimmed">
        In <Code>{report.file}</Code>
      </Text>
      {report.inForce ? null : (
        <Text size="xs">
          The environment profile does not name this file yet. Add <Code>lock: {report.file.split(/[/\\]/).at(-1)}</Code> to it.
        </Text>
      )}
    </Stack>
  );
}

function changeText({ image, kind, before, after }: LockChange): string {
  const sign = { added: '+', removed: '−', changed: '~' }[kind];
  const digests = [before, after].filter((digest) => digest !== undefined).map(shortDigest);
  return `${sign} ${image}  ${digests.join(' → ')}`;
}
