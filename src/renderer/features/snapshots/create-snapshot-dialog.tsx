import { Button, Modal, MultiSelect, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { useEnvironment } from '../environment/use-environment.ts';
import { consistencyChoices } from './snapshot-words.ts';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface CreateSnapshotDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

export function CreateSnapshotDialog({ environment, opened, onClose }: CreateSnapshotDialogProps): ReactNode {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Snapshot of ${environment.title}`}
    >
      <CreateSnapshotForm environment={environment} onClose={onClose} />
    </Modal>
  );
}

function CreateSnapshotForm({ environment, onClose }: Omit<CreateSnapshotDialogProps, 'opened'>): ReactNode {
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [consistency, setConsistency] = useState<SnapshotSummary['consistency'] | null>(null);
  const [volumes, setVolumes] = useState<string[]>([]);
  const known = useEnvironment(environment.id).data?.volumes ?? [];
  const create = useMutation(useApi().snapshots.create.mutationOptions({ onSuccess: onClose }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({
          environmentId: environment.id,
          ...(name.trim() ? { name: name.trim() } : {}),
          ...(note.trim() ? { note: note.trim() } : {}),
          ...(consistency ? { consistency } : {}),
          ...(volumes.length > 0 ? { volumes } : {}),
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
        <Select
          label="Services meanwhile"
          placeholder="As the environment says, else paused"
          clearable
          data={consistencyChoices}
          value={consistency}
          onChange={setConsistency}
        />
        <MultiSelect
          label="Volumes"
          placeholder={volumes.length === 0 ? 'All' : ''}
          clearable
          data={known.filter(({ exists }) => exists).map(({ key }) => key)}
          value={volumes}
          onChange={setVolumes}
        />
        <Text size="xs" c="dimmed">
          {consistency === 'live'
            ? 'Volumes may not fit together exactly: data is kept as after a power cut.'
            : 'All volumes are kept as they are at one moment, so that they fit together.'}
        </Text>
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={create.isPending}>
            Take snapshot
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  );
}
