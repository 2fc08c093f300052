import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function SettingsSection({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2}>{title}</Title>
      <Paper withBorder className="settings">
        {children}
      </Paper>
    </Stack>
  );
}

interface SettingRowProps {
  title: string;
  description: string;
  /** Given to the title, so that the control can be labelled by it. */
  labelId: string;
  children: ReactNode;
}

export function SettingRow({ title, description, labelId, children }: SettingRowProps): ReactNode {
  return (
    <div className="setting">
      <div className="setting-words">
        <Text size="sm" fw={500} id={labelId}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </div>
      {children}
    </div>
  );
}
