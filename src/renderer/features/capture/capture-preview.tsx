import { Accordion, Code, List, Skeleton, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { CaptureResult } from '../../../shared/models/capture.ts';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';

/** What a capture of this project would write, and what is left to do after it. */
export function CapturePreview({ engine, project }: { engine: string; project: string }): ReactNode {
  const preview = useQuery(useApi().captures.preview.queryOptions({ input: { engine, project }, retry: false }));
  return (
    <Loaded query={preview} skeleton={<Skeleton height={160} />}>
      {(captured) => (
        <>
          <Services captured={captured} />
          <Remarks captured={captured} />
          <Accordion variant="contained">
            <Accordion.Item value="compose">
              <Accordion.Control>Compose file</Accordion.Control>
              <Accordion.Panel>
                <Code block mah={280} style={{ overflow: 'auto' }}>
                  {captured.compose}
                </Code>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </>
      )}
    </Loaded>
  );
}

function Services({ captured: { services, lock } }: { captured: CaptureResult }): ReactNode {
  return (
    <Table aria-label="Services" verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Service</Table.Th>
          <Table.Th>Image</Table.Th>
          <Table.Th>Digest</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {services.map(({ name, image }) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td className="wrap">{image}</Table.Td>
            <Table.Td className="nowrap">{lock[image]?.slice(7, 19) ?? 'from no registry'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Remarks({ captured: { ask, secretFiles, volumes, binds, withoutDigest } }: { captured: CaptureResult }): ReactNode {
  const remarks = [
    ask.length > 0 && `Asked for before the first start: ${ask.map(({ title }) => title).join(', ')}.`,
    secretFiles.length > 0 && `Put these files into its folder: ${secretFiles.join(', ')}.`,
    binds.length > 0 && `Copy from that machine: ${binds.map(({ source, here }) => `${source} to ${here}`).join(', ')}.`,
    volumes.length > 0 && `Empty here: the volumes ${volumes.map(({ key }) => key).join(', ')}.`,
    withoutDigest.length > 0 && `Can't be pulled: ${withoutDigest.join(', ')}.`,
  ].filter((remark) => remark !== false);
  if (remarks.length === 0) return null;
  return (
    <List size="sm" spacing={4}>
      {remarks.map((remark) => (
        <List.Item key={remark} className="wrap">
          {remark}
        </List.Item>
      ))}
    </List>
  );
}
