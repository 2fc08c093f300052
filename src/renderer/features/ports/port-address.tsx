import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PortRow } from '../../../shared/models/port.ts';
import { ExternalLink } from '../../ui/external-link.tsx';
import { hostAddress } from './port-words.ts';

/** Where a port is reached: a link while it opens in a browser and answers. `brief` shows the number alone. */
export function PortAddress({ port, brief = false }: { port: PortRow; brief?: boolean }): ReactNode {
  const words = brief && port.hostPort !== undefined ? String(port.hostPort) : hostAddress(port);
  const open = port.browsable && port.address !== undefined && port.state === 'listening';
  return (
    <Text component="span" size="sm" ff="monospace" {...(open ? {} : { c: 'dimmed' })} className="numbers nowrap">
      {open && port.address !== undefined ? <ExternalLink url={port.address}>{words}</ExternalLink> : words}
    </Text>
  );
}
