import { Button, Checkbox, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { ServiceImage } from '../../../shared/models/image-check.ts';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface RehearseDialogProps {
  environment: EnvironmentSummary;
  images: readonly ServiceImage[];
  opened: boolean;
  onClose: () => void;
}

/** Asks which images to try: by default what is newer; for any service another one can be named. */
export function RehearseDialog({ environment, images, opened, onClose }: RehearseDialogProps): ReactNode {
  const [named, setNamed] = useState<Readonly<Record<string, string>>>({});
  const [keep, setKeep] = useState(false);
  const rehearse = useMutation(useApi().images.rehearse.mutationOptions({ onSuccess: onClose }));
  const chosen = Object.fromEntries(Object.entries(named).flatMap(([service, image]) => (image.trim() ? [[service, image.trim()]] : [])));
  const nothing = Object.keys(chosen).length === 0 && !images.some(({ state }) => state === 'newer');
  return (
    <Modal opened={opened} onClose={onClose} title="Rehearse" size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rehearse.mutate({ environmentId: environment.id, keep, ...(Object.keys(chosen).length > 0 ? { images: chosen } : {}) });
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            Copies {environment.title} with its data, starts the copy with other images and runs the checks. {environment.title}{' '}
            itself is not touched; running services are paused for a moment while their data is read.
          </Text>
          {images.map(({ service, image, state }) => (
            <TextInput
              key={service}
              label={service}
              placeholder={state === 'newer' ? `${image}, the newer one` : image}
              value={named[service] ?? ''}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setNamed((present) => ({ ...present, [service]: value }));
              }}
            />
          ))}
          <Text size="xs" c="dimmed">
            {nothing ? 'No image is newer in its registry: name one to try.' : 'Where any image is named, only those are tried; else all that are newer.'}
          </Text>
          <Checkbox label="Keep the copy in the library afterwards" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" disabled={nothing} loading={rehearse.isPending}>
              Rehearse
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
