import { ActionIcon, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconFolderOpen,
  IconPackageExport,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconStackPop,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { ExportDialog } from '../bundles/export-dialog.tsx';
import { PullDialog } from '../pulls/pull-dialog.tsx';
import { isUp } from '../environments/running-text.ts';
import { CloneDialog } from './clone-dialog.tsx';
import { DownDialog } from './down-dialog.tsx';

/** Everything that is not the primary action. */
export function EnvironmentMenu({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const api = useApi();
  const [removing, setRemoving] = useState(false);
  const [pulling, setPulling] = useState(false);
  const [cloning, setCloning] = useState(false);
  const [exporting, setExporting] = useState(false);
  const up = useMutation(api.environments.up.mutationOptions());
  const stop = useMutation(api.environments.stop.mutationOptions());
  const restart = useMutation(api.environments.restart.mutationOptions());
  const reveal = useMutation(api.app.revealDirectory.mutationOptions());
  const environmentId = environment.id;
  const busy = environment.jobId !== undefined;
  const broken = environment.problem !== undefined;
  const nothingRuns = !isUp(environment);
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More actions">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPlayerPlay size={16} />}
            disabled={busy || broken}
            onClick={() => up.mutate({ environmentId })}
          >
            Start or apply changes
          </Menu.Item>
          <Menu.Item
            leftSection={<IconRefresh size={16} />}
            disabled={busy || broken || nothingRuns}
            onClick={() => restart.mutate({ environmentId })}
          >
            Restart all services
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlayerStop size={16} />}
            disabled={busy || nothingRuns}
            onClick={() => stop.mutate({ environmentId })}
          >
            Stop
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFolderOpen size={16} />}
            onClick={() => reveal.mutate({ environmentId })}
          >
            Show folder
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} disabled={busy || broken} onClick={() => setCloning(true)}>
            Clone…
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={16} />} disabled={busy || broken} onClick={() => setPulling(true)}>
            Pull images…
          </Menu.Item>
          <Menu.Item leftSection={<IconPackageExport size={16} />} disabled={busy || broken} onClick={() => setExporting(true)}>
            Export for offline use…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconStackPop size={16} />}
            disabled={busy}
            onClick={() => setRemoving(true)}
          >
            Remove containers…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CloneDialog environmentId={environmentId} opened={cloning} onClose={() => setCloning(false)} />
      <ExportDialog environment={environment} opened={exporting} onClose={() => setExporting(false)} />
      <PullDialog environment={environment} opened={pulling} onClose={() => setPulling(false)} />
      <DownDialog environment={environment} opened={removing} onClose={() => setRemoving(false)} />
    </>
  );
}
