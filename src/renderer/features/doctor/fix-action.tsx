import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Fix } from '../../../shared/models/doctor.ts';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

/** One way out: a button where the app does it, words and a command to copy where the person does. */
export function FixAction({ fix, onFixed }: { fix: Fix; onFixed: () => void }): ReactNode {
  const apply = useMutation(useApi().doctor.fix.mutationOptions({ onSuccess: onFixed }));
  const { action } = fix;
  return (
    <Stack gap={4}>
      {action ? (
        <Button
          size="xs"
          variant="light"
          loading={apply.isPending}
          onClick={() => apply.mutate({ action })}
        >
          {fix.label}
        </Button>
      ) : (
        <Text size="sm" fw={500}>
          {fix.label}
        </Text>
      )}
      {fix.instructions ? (
        <Text size="sm" c="dimmed">
          {fix.instructions}
        </Text>
      ) : null}
      {fix.command ? (
        <Group gap={4} wrap="nowrap">
          <Code>{fix.command}</Code>
          <CopyButton text={fix.command} what="the command" />
        </Group>
      ) : null}
    </Stack>
  );
}
