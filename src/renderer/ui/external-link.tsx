import { Anchor } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api.tsx';

/** Opens `url` in the person's own browser. */
export function ExternalLink({ url, children }: { url: string; children: ReactNode }): ReactNode {
  const open = useMutation(useApi().app.openExternal.mutationOptions());
  return (
    <Anchor
      href={url}
      inherit
      onClick={(event) => {
        event.preventDefault();
        open.mutate({ url });
      }}
    >
      {children}
    </Anchor>
  );
}
