import { Button, Modal, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface DescribeSnapshotDialogProps {
  snapshot: SnapshotSummary;
  opened: boolean;
  onClose: () => void;
}

export function DescribeSnapshotDialog({ snapshot, opened, onClose }: DescribeSnapshotDialogProps): ReactNode {
  const [name, setName] = useState(snapshot.name);
  const [note, setNote] = useState(snapshot.note ?? '');
  const [tags, setTags] = useState([...snapshot.tags]);
  const describe = useMutation(useApi().snapshots.describe.mutationOptions({ onSuccess: onClose }));
  return (
    <Modal opened={opened} onClose={onClose} title="Describe the snapshot">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          describe.mutate({ snapshotId: snapshot.id, name: name.trim(), note: note.trim(), tags });
        }}
      >
        <Stack gap="md">
          <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Textarea label="Note" autosize minRows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
          <TagsInput
            label="Tags"
            description="A tagged snapshot is never cleaned up by itself."
            value={tags}
            onChange={setTags}
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={describe.isPending} disabled={name.trim() === ''}>
              Save
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
