import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';
import { downloadWords } from './pull-words.ts';

/** How much a start will download, as soon as the registries have told it. */
export function DownloadSize({ environmentId }: { environmentId: string }): ReactNode {
  const { data, isPending, isError } = useQuery({
    ...useApi().pulls.estimate.queryOptions({ input: { environmentId, missing: true } }),
    gcTime: 0,
  });
  if (isError) return null;
  return (
    <Text size="sm" c="dimmed" role="status">
      {isPending ? 'Asking the registries how much will be downloaded…' : downloadWords(data)}
    </Text>
  );
}
