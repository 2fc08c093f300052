import { Badge, Table, Text, Title } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DiskImage } from '../../../shared/models/disk.ts';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { imageName, neededBy } from './disk-words.ts';

/** Every image on the engine with who needs it. */
export function ImagesTable({ images }: { images: readonly DiskImage[] }): ReactNode {
  return (
    <section aria-labelledby="disk-images">
      <Title order={2} size="h4" id="disk-images" mb="xs">
        Images
      </Title>
      {images.length === 0 ? (
        <EmptyNote icon={<IconPhoto />} title="No images" description="Images show up here once an environment has pulled them." />
      ) : (
        <Table aria-labelledby="disk-images" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Image</Table.Th>
              <Table.Th>Needed by</Table.Th>
              <Table.Th ta="right">Size</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {images.map((image) => (
              <Table.Tr key={image.id}>
                <Table.Td className="wrap">{imageName(image)}</Table.Td>
                <Table.Td>
                  {image.unused ? (
                    <Badge className="quiet-badge" variant="light" color="gray">
                      {image.fromRegistry ? 'Unused' : 'Unused, only here'}
                    </Badge>
                  ) : (
                    <Text size="sm">{neededBy(image)}</Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" className="numbers nowrap">
                  {formatBytes(image.bytes)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
