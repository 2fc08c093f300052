import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface CloneDialogProps {
  environmentId: string;
  /** Whose data the clone gets; without it, that of now. */
  snapshot?: { readonly id: string; readonly name: string } | undefined;
  opened: boolean;
  onClose: () => void;
}

/** Asks for the name of a copy and starts making it. */
export function CloneDialog({ environmentId, snapshot, opened, onClose }: CloneDialogProps): ReactNode {
  const [name, setName] = useState('');
  const clone = useMutation(
    useApi().environments.clone.mutationOptions({
      onSuccess: () => {
        setName('');
        onClose();
      },
    }),
  );
  const wanted = name.trim();
  return (
    <Modal opened={opened} onClose={onClose} title="Clone">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          clone.mutate({
            environmentId,
            ...(wanted ? { name: wanted } : {}),
            ...(snapshot ? { snapshotId: snapshot.id } : {}),
          });
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            {snapshot
              ? `A new environment with the data of “${snapshot.name}”.`
              : 'A new environment with this one’s data as it is now. Running services are paused for a moment while it is read.'}{' '}
            It has its own containers, volumes and ports, so that both can run side by side.
          </Text>
          <TextInput
            label="Name"
            placeholder="This one’s name, with -clone"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={clone.isPending}>
              Clone
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
