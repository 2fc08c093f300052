import { ActionIcon, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconChevronDown, IconPackageImport, IconServer } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { BundleContents } from '../../../shared/models/bundle.ts';
import { useApi } from '../../api/api.tsx';
import { ImportDialog } from '../bundles/import-dialog.tsx';
import { CaptureDialog } from '../capture/capture-dialog.tsx';

/** Environments that come from elsewhere: out of a bundle, or from what another engine runs. */
export function MoreWaysToAdd(): ReactNode {
  const [bundle, setBundle] = useState<BundleContents>();
  const [capturing, setCapturing] = useState(false);
  const open = useMutation(useApi().bundles.open.mutationOptions({ onSuccess: (contents) => setBundle(contents ?? undefined) }));
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More ways to add" loading={open.isPending}>
            <IconChevronDown size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPackageImport size={16} />} onClick={() => open.mutate({})}>
            Import a bundle…
          </Menu.Item>
          <Menu.Item leftSection={<IconServer size={16} />} onClick={() => setCapturing(true)}>
            Capture from another engine…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ImportDialog bundle={bundle} onClose={() => setBundle(undefined)} />
      <CaptureDialog opened={capturing} onClose={() => setCapturing(false)} />
    </>
  );
}
