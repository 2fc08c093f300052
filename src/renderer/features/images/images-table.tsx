import { Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ServiceImage } from '../../../shared/models/image-check.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { imageLooks, shortDigest, stateWords } from './image-words.ts';

export function ImagesTable({ images }: { images: readonly ServiceImage[] }): ReactNode {
  return (
    <Table aria-label="Images">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="14%">Service</Table.Th>
          <Table.Th w="34%">Image</Table.Th>
          <Table.Th w={150}>State</Table.Th>
          <Table.Th w={130}>Made</Table.Th>
          <Table.Th>What is different</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {images.map((image) => (
          <ImageRow key={image.service} image={image} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ImageRow({ image }: { image: ServiceImage }): ReactNode {
  const { service, image: reference, state, present, locked, newest, changes } = image;
  const digest = locked ?? present?.digest ?? present?.id;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {service}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" truncate title={reference}>
          {reference}
        </Text>
        <Group gap={6} wrap="nowrap">
          <Text size="xs" c="dimmed" ff="monospace" title={digest ?? ''}>
            {digest === undefined ? 'not here' : shortDigest(digest)}
            {state === 'newer' && newest !== undefined ? ` → ${shortDigest(newest)}` : ''}
          </Text>
          {locked === undefined ? null : (
            <Tooltip label="The lock says exactly which image to run, whatever the tag names.">
              <Badge size="xs" color="gray" tabIndex={0} className="whole" leftSection={<IconLock size={10} />}>
                Locked
              </Badge>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <StateBadge look={imageLooks[state]} size="sm" />
      </Table.Td>
      <Table.Td c="dimmed" className="nowrap">
        {changes?.createdAfter ? <TimeAgo at={changes.createdAfter} /> : present ? <TimeAgo at={present.createdAt} /> : '—'}
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed">
          {stateWords(image)}
        </Text>
        {changes?.labels.slice(0, 3).map(({ name, before = 'none', after = 'none' }) => (
          <Text key={name} size="xs" c="dimmed">
            {name}: {before} → {after}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
