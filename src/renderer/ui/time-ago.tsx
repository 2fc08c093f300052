import { Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatAgo, formatMoment } from './format.ts';
import { useNow } from './use-now.ts';

export function TimeAgo({ at }: { at: string }): ReactNode {
  const now = useNow(30_000);
  return (
    <Tooltip label={formatMoment(at)}>
      <Text component="time" dateTime={at} inherit>
        {formatAgo(at, now)}
      </Text>
    </Tooltip>
  );
}
