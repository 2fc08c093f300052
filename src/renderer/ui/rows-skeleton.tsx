import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

export function RowsSkeleton({ rows, height = 40 }: { rows: number; height?: number }): ReactNode {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </Stack>
  );
}
