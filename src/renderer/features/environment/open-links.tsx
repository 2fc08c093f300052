import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Link } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';

/** What one opens a stack for: its pages, in the person's own browser. */
export function OpenLinks({ links }: { links: readonly Link[] }): ReactNode {
  const open = useMutation(useApi().app.openExternal.mutationOptions());
  return (
    <Group gap={6} component="nav" aria-label="Open" className="open-links">
      {links.map(({ title, url }) => (
        <Button
          key={url}
          component="a"
          href={url}
          title={url}
          variant="light"
          size="compact-sm"
          rightSection={<IconExternalLink size={14} />}
          onClick={(event) => {
            event.preventDefault();
            open.mutate({ url });
          }}
        >
          {title}
        </Button>
      ))}
    </Group>
  );
}
