import { Button, Group } from '@mantine/core';
import { IconPlus, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { RegistryView } from '../../../shared/models/registry.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { LoginDialog } from './login-dialog.tsx';
import { RegistryRow } from './registry-row.tsx';
import { RegistrySettingsDialog } from './registry-settings-dialog.tsx';
import { RemoveRegistryDialog } from './remove-registry-dialog.tsx';
import { TrustDialog } from './trust-dialog.tsx';
import { useRegistries, useRegistryHealth } from './use-registries.ts';

/** What is being done to which registry; without one, a new one is added. */
export interface OpenDialog {
  readonly kind: 'login' | 'trust' | 'settings' | 'remove';
  readonly registry?: RegistryView;
}

/** Where images come from: how each registry is, which login is used, and what it may be reached by. */
export function RegistriesPage(): ReactNode {
  const registries = useRegistries();
  const health = useRegistryHealth();
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = (): void => setDialog(undefined);
  const changed = (): void => {
    close();
    void health.refetch();
  };
  const checking = health.data?.some(({ state }) => state === 'checking') ?? true;
  return (
    <>
      <PageHeader
        title="Registries"
        description="Where your environments' images come from."
        actions={
          <Group gap="sm" wrap="nowrap">
            <Button variant="default" leftSection={<IconRefresh size={16} />} loading={checking} onClick={() => void health.refetch()}>
              Check again
            </Button>
            <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog({ kind: 'settings' })}>
              Add registry
            </Button>
          </Group>
        }
      />
      <Loaded query={registries} skeleton={<RowsSkeleton rows={3} height={62} />}>
        {(all) => (
          <ul className="rows" aria-label="Registries">
            {all.map((registry) => (
              <RegistryRow
                key={registry.host}
                registry={registry}
                health={health.data?.find(({ host }) => host === registry.host)}
                onOpen={(kind) => setDialog({ kind, registry })}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {dialog?.kind === 'settings' ? <RegistrySettingsDialog registry={dialog.registry} onClose={close} onSaved={changed} /> : null}
      {dialog?.kind === 'login' && dialog.registry ? <LoginDialog registry={dialog.registry} onClose={close} onDone={changed} /> : null}
      {dialog?.kind === 'trust' && dialog.registry ? <TrustDialog registry={dialog.registry} onClose={close} onDone={changed} /> : null}
      {dialog?.kind === 'remove' && dialog.registry ? <RemoveRegistryDialog registry={dialog.registry} onClose={close} onDone={changed} /> : null}
    </>
  );
}
