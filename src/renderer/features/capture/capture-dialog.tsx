import { Autocomplete, Button, Group, Modal, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { CapturePreview } from './capture-preview.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface CaptureDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** From an engine to one of its projects to an environment here, each step shown before the next. */
export function CaptureDialog({ opened, onClose }: CaptureDialogProps): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title="Capture from another engine">
      <CaptureForm onClose={onClose} />
    </Modal>
  );
}

function CaptureForm({ onClose }: { onClose: () => void }): ReactNode {
  const api = useApi();
  const [address, setAddress] = useState('');
  /** The engine that was looked at. */
  const [engine, setEngine] = useState('');
  const [project, setProject] = useState<string | null>(null);
  const [name, setName] = useState('');
  const engines = useQuery(api.captures.engines.queryOptions());
  const projects = useQuery(api.captures.projects.queryOptions({ input: { engine }, enabled: engine !== '', retry: false }));
  const capture = useMutation(api.captures.capture.mutationOptions({ onSuccess: onClose }));
  const wanted = name.trim();
  return (
    <Stack gap="md">
      <Text size="sm">
        An environment that runs here what runs there: images by digest, configuration and networks. The other engine is only read.
        Secrets are not written down but asked for, and data stays there.
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setProject(null);
          setEngine(address.trim());
        }}
      >
        <Group align="flex-end" gap="sm">
          <Autocomplete
            label="Engine"
            placeholder="Docker context, ssh://user@host, tcp://host:2376"
            data={(engines.data ?? []).map((one) => one.engine)}
            value={address}
            onChange={setAddress}
            flex={1}
            data-autofocus
          />
          <Button type="submit" variant="default" disabled={address.trim() === ''} loading={projects.isFetching}>
            Connect
          </Button>
        </Group>
      </form>
      {engine === '' ? null : (
        <Loaded query={projects} skeleton={<Skeleton height={58} />}>
          {(found) => (
            <Select
              label="Project"
              placeholder={found.length === 0 ? 'It has no Compose projects' : 'Choose one'}
              disabled={found.length === 0}
              data={found.map((one) => ({ value: one.name, label: `${one.name} — ${String(one.running)} of ${String(one.containers)} containers run` }))}
              value={project}
              onChange={setProject}
            />
          )}
        </Loaded>
      )}
      {project === null ? null : <CapturePreview engine={engine} project={project} />}
      {project === null ? null : (
        <TextInput label="Name" placeholder={project} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      )}
      <DialogButtons onCancel={onClose}>
        <Button
          disabled={project === null}
          loading={capture.isPending}
          onClick={() => capture.mutate({ engine, project: project ?? '', ...(wanted ? { name: wanted } : {}) })}
        >
          Capture
        </Button>
      </DialogButtons>
    </Stack>
  );
}
