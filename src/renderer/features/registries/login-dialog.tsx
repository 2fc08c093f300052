import { Button, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RegistryView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { loginWords } from './registry-words.ts';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface LoginDialogProps {
  registry: RegistryView;
  onClose: () => void;
  onDone: () => void;
}

/** Asks for user and password; closes only when the registry has accepted them. */
export function LoginDialog({ registry, onClose, onDone }: LoginDialogProps): ReactNode {
  const api = useApi();
  const [username, setUsername] = useState(registry.login?.username ?? '');
  const [password, setPassword] = useState('');
  const keychain = useQuery(api.app.info.queryOptions({ staleTime: Infinity })).data?.keychain;
  const login = useMutation(api.registries.login.mutationOptions({ onSuccess: onDone, meta: { showsProblem: true } }));
  return (
    <Modal opened onClose={onClose} title={`Log in to ${registry.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate({ host: registry.host, username: username.trim(), password });
        }}
      >
        <Stack gap="md">
          {login.isError ? <ProblemAlert problem={problemOf(login.error)} /> : null}
          <TextInput
            label="User"
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
            autoComplete="off"
            required
            data-autofocus
          />
          <PasswordInput
            label="Password or access token"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="off"
            required
          />
          <Text size="xs" c="dimmed">
            {registry.login && !registry.login.own ? `Used instead of ${loginWords(registry.login)}. ` : ''}
            {keychain === false
              ? 'This system offers no keychain: the secret is kept unencrypted in a file that only your user can read.'
              : 'The secret is kept in the system’s keychain.'}
          </Text>
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={login.isPending} disabled={username.trim() === '' || password === ''}>
              Log in
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
