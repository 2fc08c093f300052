import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { BundleContents } from '../../../shared/models/bundle.ts';
import { useApi } from '../../api/api.tsx';
import { formatMoment } from '../../ui/format.ts';
import { BundleParts } from './bundle-parts.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface ImportDialogProps {
  /** Undefined: closed. */
  bundle: BundleContents | undefined;
  onClose: () => void;
}

/** Shows what a bundle holds before it is taken in. */
export function ImportDialog({ bundle, onClose }: ImportDialogProps): ReactNode {
  return (
    <Modal opened={bundle !== undefined} onClose={onClose} size="lg" title="Import a bundle">
      {bundle ? <ImportForm key={bundle.file} bundle={bundle} onClose={onClose} /> : null}
    </Modal>
  );
}

function ImportForm({ bundle, onClose }: { bundle: BundleContents; onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const wanted = name.trim();
  const start = useMutation(useApi().bundles.import.mutationOptions({ onSuccess: onClose }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate({ file: bundle.file, ...(wanted ? { name: wanted } : {}) });
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          {bundle.environmentName}, exported {formatMoment(bundle.createdAt)}. Every byte is checked first; its images are loaded into
          the engine and nothing has to be pulled.
        </Text>
        <TextInput label="Name" placeholder={bundle.environmentName} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <BundleParts {...bundle} />
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={start.isPending}>
            Import
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  );
}
