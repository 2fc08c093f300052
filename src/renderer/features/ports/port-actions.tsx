import { ActionIcon, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { IconArrowBackUp, IconCopy, IconDots, IconExternalLink, IconLink, IconPencil, IconPlugConnectedX, IconTrash, IconWorld } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { PortEdit, PortRow } from '../../../shared/models/port.ts';
import { useApi } from '../../api/api.tsx';
import { editOf, hostAddress, portName } from './port-words.ts';

/** What can be done with one port. Changes are kept for the environment; its Compose files stay as they are. */
export function PortActions({ port, onEdit }: { port: PortRow; onEdit?: (port: PortRow) => void }): ReactNode {
  const api = useApi();
  const clipboard = useClipboard();
  const open = useMutation(api.app.openExternal.mutationOptions());
  const edit = useMutation(api.ports.edit.mutationOptions());
  const { environmentId, address, hostPort } = port;
  const mayEdit = onEdit !== undefined && environmentId !== undefined && port.service !== undefined;
  const change = (edits: PortEdit[]): void => edit.mutate({ environmentId: environmentId ?? '', edits });
  if (hostPort === undefined && !mayEdit) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={`Actions for ${portName(port)}`} loading={edit.isPending}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {port.browsable && address !== undefined ? (
          <Menu.Item leftSection={<IconExternalLink size={15} />} onClick={() => open.mutate({ url: address })}>
            Open in browser
          </Menu.Item>
        ) : null}
        {hostPort === undefined ? null : (
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => clipboard.copy(hostAddress(port))}>
            Copy address
          </Menu.Item>
        )}
        {address === undefined ? null : (
          <Menu.Item leftSection={<IconLink size={15} />} onClick={() => clipboard.copy(address)}>
            Copy connection string
          </Menu.Item>
        )}
        {mayEdit ? (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => onEdit(port)}>
              Change…
            </Menu.Item>
            {port.exposure === 'loopback' ? (
              <Menu.Item leftSection={<IconWorld size={15} />} onClick={() => change([{ ...editOf(port), action: 'publish', hostIp: '0.0.0.0' }])}>
                Open to the network
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconPlugConnectedX size={15} />} onClick={() => change([{ ...editOf(port), action: 'publish', hostIp: '127.0.0.1' }])}>
                Keep to this machine
              </Menu.Item>
            )}
            {port.edited === 'moved' ? (
              <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => change([{ ...editOf(port), action: 'reset' }])}>
                As the files say
              </Menu.Item>
            ) : null}
            <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={() => change([{ ...editOf(port), action: 'remove' }])}>
              Don’t publish
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
