import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconArrowBackUp, IconChevronDown, IconEraser, IconSeeding } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { ResetDialog } from './reset-dialog.tsx';

interface DataMenuProps {
  environment: EnvironmentSummary;
  snapshots: readonly SnapshotSummary[];
}

/** What can be done with the environment's present data as a whole. */
export function DataMenu({ environment, snapshots }: DataMenuProps): ReactNode {
  const undo = useMutation(useApi().snapshots.undo.mutationOptions());
  const [asking, setAsking] = useState<'empty' | 'seed'>();
  const undoable = snapshots.some(({ kind, environmentId }) => kind === 'safety' && environmentId === environment.id);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            rightSection={<IconChevronDown size={14} />}
            disabled={environment.jobId !== undefined}
          >
            Reset
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowBackUp size={16} />}
            disabled={!undoable}
            onClick={() => undo.mutate({ environmentId: environment.id })}
          >
            Undo the last restore or reset
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconSeeding size={16} />} onClick={() => setAsking('seed')}>
            To the seed data…
          </Menu.Item>
          <Menu.Item leftSection={<IconEraser size={16} />} onClick={() => setAsking('empty')}>
            To empty volumes…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ResetDialog environment={environment} to={asking} onClose={() => setAsking(undefined)} />
    </>
  );
}
