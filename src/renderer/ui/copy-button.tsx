import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Copies `text`; `what` names it for screen readers: "Copy address of web". */
export function CopyButton({ text, what }: { text: string; what: string }): ReactNode {
  const clipboard = useClipboard({ timeout: 1_500 });
  const label = clipboard.copied ? 'Copied' : `Copy ${what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        aria-label={label}
        c={clipboard.copied ? 'teal' : 'dimmed'}
        onClick={() => clipboard.copy(text)}
      >
        {clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
      </ActionIcon>
    </Tooltip>
  );
}
