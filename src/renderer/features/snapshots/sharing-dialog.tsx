import { Button, Modal, PasswordInput, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface SharingDialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** What the person is told and asked for besides. */
  children: ReactNode;
  /** What the passphrase is for; `isNew`: it is chosen here. */
  passphrase: { description: string; isNew: boolean };
  action: string;
  isBusy: boolean;
  isReady?: boolean;
  /** The passphrase, where one was given. */
  onSubmit: (secret: { readonly passphrase: string } | undefined) => void;
}

/** Asks for what it takes to hand a snapshot to others, or to take in one of theirs. Closed, it forgets the passphrase. */
export function SharingDialog({ title, opened, onClose, ...form }: SharingDialogProps): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <SharingForm onCancel={onClose} {...form} />
    </Modal>
  );
}

type SharingFormProps = Omit<SharingDialogProps, 'title' | 'opened' | 'onClose'> & { onCancel: () => void };

function SharingForm({ children, passphrase: { description, isNew }, action, isBusy, isReady = true, onCancel, onSubmit }: SharingFormProps): ReactNode {
  const [passphrase, setPassphrase] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(passphrase === '' ? undefined : { passphrase });
      }}
    >
      <Stack gap="md">
        {children}
        <PasswordInput
          label="Passphrase"
          description={description}
          autoComplete={isNew ? 'new-password' : 'off'}
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          // Where nothing above it asks to be first.
          data-autofocus
        />
        <DialogButtons onCancel={onCancel}>
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {action}
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  );
}
