import { Button, Code, Group, Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { FileText } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';

interface Place {
  snapshotId: string;
  volume: string;
  path: string;
}

/** A file of a snapshot as text, and the way to take it out. Closed while there is no `place`. */
export function FilePreview({ place, onClose }: { place: Place | undefined; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={place !== undefined}
      onClose={onClose}
      title={place?.path.split('/').at(-1)}
      size="xl"
    >
      {place ? <FileBody place={place} /> : null}
    </Modal>
  );
}

function FileBody({ place }: { place: Place }): ReactNode {
  const { snapshots } = useApi();
  const content = useQuery(snapshots.readText.queryOptions({ input: place, staleTime: Infinity, gcTime: 0 }));
  const save = useMutation(snapshots.saveFile.mutationOptions());
  return (
    <Stack gap="md">
      <Text size="xs" c="dimmed">
        {place.volume}: /{place.path}
      </Text>
      <Loaded query={content} skeleton={<RowsSkeleton rows={6} height={18} />}>
        {(file) => <FileContent file={file} />}
      </Loaded>
      <Group justify="space-between">
        <Text size="xs" c="dimmed" role="status" className="truncate">
          {save.data ? `Saved as ${save.data.file}` : ''}
        </Text>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          loading={save.isPending}
          onClick={() => save.mutate(place)}
        >
          Save as…
        </Button>
      </Group>
    </Stack>
  );
}

function FileContent({ file }: { file: FileText }): ReactNode {
  switch (file.kind) {
    case 'text':
      return file.text === '' ? (
        <Text size="sm">The file is empty.</Text>
      ) : (
        <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Content of the file' }}>
          <Code block>{file.text}</Code>
        </ScrollArea.Autosize>
      );
    case 'binary':
      return <Text size="sm">{formatBytes(file.bytes)} that are no text.</Text>;
    case 'too-long':
      return <Text size="sm">Files longer than {formatBytes(file.limit)} aren’t shown here.</Text>;
  }
}
