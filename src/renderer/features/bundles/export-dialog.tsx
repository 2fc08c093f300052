import { Button, Checkbox, Modal, MultiSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { formatMoment } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { BundleParts } from './bundle-parts.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface ExportDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

/** Chooses what goes into a bundle, shows how much that is, and makes it. */
export function ExportDialog({ environment, opened, onClose }: ExportDialogProps): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={`Export ${environment.title} for offline use`}>
      <ExportForm environmentId={environment.id} onClose={onClose} />
    </Modal>
  );
}

function ExportForm({ environmentId, onClose }: { environmentId: string; onClose: () => void }): ReactNode {
  const api = useApi();
  const [images, setImages] = useState(true);
  const [withSecrets, setWithSecrets] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const choice = { environmentId, images, withSecrets, snapshots: chosen };
  const plan = useQuery(api.bundles.plan.queryOptions({ input: choice, placeholderData: (last) => last }));
  const snapshots = useQuery(api.snapshots.watch.experimental_liveOptions({ input: { environmentId } }));
  const create = useMutation(api.bundles.create.mutationOptions({ onSuccess: (started) => started && onClose() }));
  const missing = plan.data?.missingImages ?? [];
  return (
    <Stack gap="md">
      <Text size="sm">
        One file with the Compose files, images and snapshots. Another machine imports it and starts the environment without a
        network.
      </Text>
      <Checkbox
        label="Images"
        description="Without them, the other machine has to have them or pull them."
        checked={images}
        onChange={(event) => setImages(event.currentTarget.checked)}
      />
      <MultiSelect
        label="Snapshots"
        placeholder={chosen.length === 0 ? 'None' : ''}
        data={(snapshots.data ?? []).map(({ id, name, createdAt }) => ({ value: id, label: `${name}, ${formatMoment(createdAt)}` }))}
        value={chosen}
        onChange={setChosen}
        nothingFoundMessage="No snapshots yet"
        clearable
      />
      {withSecrets || (plan.data?.ask.length ?? 0) > 0 ? (
        <Checkbox
          label="Files with secrets"
          description="They would stand in the file in clear. Otherwise whoever imports it has to give them."
          checked={withSecrets}
          onChange={(event) => setWithSecrets(event.currentTarget.checked)}
        />
      ) : null}
      <Loaded query={plan} skeleton={<Skeleton height={140} />}>
        {(known) => <BundleParts {...known} estimate />}
      </Loaded>
      <DialogButtons onCancel={onClose}>
        <Button loading={create.isPending} disabled={!plan.data || missing.length > 0} onClick={() => create.mutate(choice)}>
          Choose a file and export…
        </Button>
      </DialogButtons>
    </Stack>
  );
}
