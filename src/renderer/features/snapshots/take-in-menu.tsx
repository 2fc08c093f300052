import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconCloudDown, IconFileImport } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { ImportSnapshotDialog } from './import-snapshot-dialog.tsx';
import { PullSnapshotDialog } from './pull-snapshot-dialog.tsx';

/** The ways by which snapshots of others come here. */
export function TakeInMenu({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const [asking, setAsking] = useState<'pull' | 'import'>();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={14} />}>
            Get one
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCloudDown size={16} />} onClick={() => setAsking('pull')}>
            Pull from a registry…
          </Menu.Item>
          <Menu.Item leftSection={<IconFileImport size={16} />} onClick={() => setAsking('import')}>
            Import a file…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PullSnapshotDialog environment={environment} opened={asking === 'pull'} onClose={() => setAsking(undefined)} />
      <ImportSnapshotDialog opened={asking === 'import'} onClose={() => setAsking(undefined)} />
    </>
  );
}
