import { Button, Modal, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RegistryView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { mirrorsOf } from './registry-words.ts';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface RegistrySettingsDialogProps {
  /** Absent: a new one. */
  registry: RegistryView | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** Name, mirrors, proxy and plain HTTP of a registry. */
export function RegistrySettingsDialog({ registry, onClose, onSaved }: RegistrySettingsDialogProps): ReactNode {
  const [host, setHost] = useState(registry?.host ?? '');
  const [name, setName] = useState(registry && registry.name !== registry.host ? registry.name : '');
  const [mirrors, setMirrors] = useState(registry?.mirrors.join('\n') ?? '');
  const [proxy, setProxy] = useState(registry?.proxy ?? '');
  const [plainHttp, setPlainHttp] = useState(registry?.plainHttp ?? false);
  const save = useMutation(useApi().registries.save.mutationOptions({ onSuccess: onSaved, meta: { showsProblem: true } }));
  return (
    <Modal opened onClose={onClose} title={registry ? `Settings of ${registry.name}` : 'Add a registry'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ host, name, mirrors: mirrorsOf(mirrors), proxy: proxy.trim() || null, plainHttp });
        }}
      >
        <Stack gap="md">
          {save.isError ? <ProblemAlert problem={problemOf(save.error)} /> : null}
          {registry ? null : (
            <TextInput
              label="Host"
              placeholder="registry.example:5000"
              value={host}
              onChange={(event) => setHost(event.currentTarget.value)}
              required
              data-autofocus
            />
          )}
          <TextInput label="Name" placeholder={host || 'Your own name for it'} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Textarea
            label="Mirrors"
            description="Hosts that hold copies, one a line. They are asked first, in this order."
            autosize
            minRows={2}
            value={mirrors}
            onChange={(event) => setMirrors(event.currentTarget.value)}
          />
          <TextInput
            label="Proxy"
            description="Empty: as HTTPS_PROXY and NO_PROXY say. “direct”: none."
            placeholder="http://proxy.example:3128"
            value={proxy}
            onChange={(event) => setProxy(event.currentTarget.value)}
          />
          <Switch
            label="Allow plain HTTP"
            description="Everybody on the way can read and change what is sent, passwords too."
            checked={plainHttp}
            onChange={(event) => setPlainHttp(event.currentTarget.checked)}
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={save.isPending} disabled={host.trim() === ''}>
              {registry ? 'Save' : 'Add'}
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
