import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';

interface CreateSnapshotDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

export function CreateSnapshotDialog({ environment, opened, onClose }: CreateSnapshotDialogProps): ReactNode {
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const create = useMutation(
    useApi().snapshots.create.mutationOptions({
      onSuccess: () => {
        setName('');
        setNote('');
        onClose();
      },
    }),
  );
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Snapshot of ${environment.title}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({
            environmentId: environment.id,
            ...(name.trim() ? { name: name.trim() } : {}),
            ...(note.trim() ? { note: note.trim() } : {}),
          });
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Name"
            placeholder="Named by date and time"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Textarea
            label="Note"
            placeholder="Why you took it"
            autosize
            minRows={2}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed">
            Running services are paused for a moment while their data is read, so that all volumes fit together.
          </Text>
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Take snapshot
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
