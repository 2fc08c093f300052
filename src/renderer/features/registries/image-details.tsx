import { Badge, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { RemoteImageView, RemoteVariantView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { count } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';

/** All that a registry tells of one image, without pulling it. */
export function ImageDetails({ reference }: { reference: string }): ReactNode {
  const image = useQuery(useApi().registries.inspect.queryOptions({ input: { reference } }));
  return (
    <section aria-label={`Image ${reference}`}>
      <Loaded query={image} skeleton={<RowsSkeleton rows={6} height={32} />}>
        {(found) => <Details image={found} />}
      </Loaded>
    </section>
  );
}

function Details({ image: { reference, digest, variants } }: { image: RemoteImageView }): ReactNode {
  const [platform, setPlatform] = useState(variants[0]?.platform);
  const variant = variants.find((one) => one.platform === platform) ?? variants[0];
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <CopiedLine text={reference} what="reference" strong />
        <CopiedLine text={digest} what="digest" />
      </Stack>
      {variants.length > 1 ? (
        <Select label="Platform" size="xs" w={200} data={variants.map((one) => one.platform)} value={variant?.platform ?? null} allowDeselect={false} onChange={(value) => setPlatform(value ?? undefined)} />
      ) : (
        <div>
          <Badge>{variant?.platform ?? 'no platform'}</Badge>
        </div>
      )}
      {variant ? <Variant variant={variant} /> : null}
    </Stack>
  );
}

function CopiedLine({ text, what, strong = false }: { text: string; what: string; strong?: boolean }): ReactNode {
  return (
    <Group gap={4} wrap="nowrap">
      <Text size={strong ? 'sm' : 'xs'} ff="monospace" truncate {...(strong ? { fw: 550 } : { c: 'dimmed' })} title={text}>
        {text}
      </Text>
      <CopyButton text={text} what={what} />
    </Group>
  );
}

function Variant({ variant: { sizeBytes, layers, createdAt, labels, history } }: { variant: RemoteVariantView }): ReactNode {
  const commands = history.filter((command) => command !== '');
  return (
    <>
      <Text size="sm">
        {formatBytes(sizeBytes)} to download in {count(layers.length, 'layer')}
        {createdAt === undefined ? null : (
          <>
            , made <TimeAgo at={createdAt} />
          </>
        )}
      </Text>
      {Object.keys(labels).length > 0 ? (
        <Facts title="Labels" rows={Object.entries(labels).map(([name, value]) => [name, value])} />
      ) : null}
      <Facts title="Layers" rows={layers.map((layer) => [layer.digest.slice(7, 19), formatBytes(layer.sizeBytes)])} />
      {commands.length > 0 ? <Facts title="History" rows={commands.map((command, index) => [String(index + 1), command])} /> : null}
    </>
  );
}

function Facts({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }): ReactNode {
  const long = rows.some(([name]) => name.length > 14);
  return (
    <Stack gap={4} component="section" aria-label={title}>
      <Text size="sm" fw={550}>
        {title}
      </Text>
      <Table withRowBorders={false} verticalSpacing={2} aria-label={title} className="facts">
        <Table.Tbody>
          {rows.map(([name, value], index) => (
            <Table.Tr key={`${String(index)} ${name}`}>
              <Table.Td c="dimmed" className={long ? 'facts-name facts-name-long' : 'facts-name'}>
                {name}
              </Table.Td>
              <Table.Td className="wrap">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
