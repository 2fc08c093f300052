import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { stackLooks } from '../../ui/state-look.ts';
import { PrimaryAction } from '../environments/primary-action.tsx';
import { runningText } from '../environments/running-text.ts';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { EnvironmentMenu } from './environment-menu.tsx';
import { PlanDialog } from './plan-dialog.tsx';

export function EnvironmentHeader({ view }: { view: EnvironmentView }): ReactNode {
  const { summary } = view;
  const job = useLatestJob(summary.id);
  const [planning, setPlanning] = useState(false);
  return (
    <Stack gap="sm" mb="md" component="header">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2} miw={0}>
          <Group gap="sm" wrap="nowrap">
            <Title order={1} className="truncate">
              {summary.title}
            </Title>
            <StateBadge look={stackLooks[summary.state]} />
            <Text size="xs" c="dimmed" className="nowrap">
              {runningText(summary)}
            </Text>
          </Group>
          <Text size="sm" c="dimmed" truncate title={summary.directory}>
            {summary.description ?? summary.directory}
          </Text>
        </Stack>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconListCheck size={16} />}
            disabled={summary.problem !== undefined}
            onClick={() => setPlanning(true)}
          >
            What will happen
          </Button>
          <PrimaryAction environment={summary} job={job} />
          <EnvironmentMenu environment={summary} />
        </Group>
      </Group>
      <PlanDialog environmentId={summary.id} opened={planning} onClose={() => setPlanning(false)} />
    </Stack>
  );
}
