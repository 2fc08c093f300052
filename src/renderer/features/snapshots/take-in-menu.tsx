import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconChevronDown, IconCloudDown, IconFileImport } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { PullSnapshotDialog } from './pull-snapshot-dialog.tsx';

/** The ways by which snapshots of others come here. */
export function TakeInMenu({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const imported = useMutation(useApi().snapshots.import.mutationOptions());
  const [pulling, setPulling] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={14} />} loading={imported.isPending}>
            Get one
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCloudDown size={16} />} onClick={() => setPulling(true)}>
            Pull from a registry…
          </Menu.Item>
          <Menu.Item leftSection={<IconFileImport size={16} />} onClick={() => imported.mutate({})}>
            Import a file…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PullSnapshotDialog environment={environment} opened={pulling} onClose={() => setPulling(false)} />
    </>
  );
}
