import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconFolderPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { EnvironmentRow } from './environment-row.tsx';
import { MoreWaysToAdd } from './more-ways-to-add.tsx';
import { ReadyMadeList } from './ready-made-list.tsx';
import { useAddEnvironment } from './use-add-environment.ts';
import { useEnvironments } from './use-environments.ts';

export function EnvironmentsPage(): ReactNode {
  const environments = useEnvironments();
  const { addFromDisk, busy } = useAddEnvironment();
  const addButton = (
    <Group gap="xs">
      <Button variant="default" leftSection={<IconFolderPlus size={16} />} loading={busy} onClick={addFromDisk}>
        Add from disk…
      </Button>
      <MoreWaysToAdd />
    </Group>
  );
  return (
    <>
      <PageHeader
        title="Environments"
        description="Whole stacks on this machine, each with its own data."
        actions={addButton}
      />
      <Stack gap="xl">
        <Loaded query={environments} skeleton={<RowsSkeleton rows={3} height={64} />}>
          {(all) =>
            all.length === 0 ? (
              <Welcome />
            ) : (
              <ul className="rows" aria-label="Environments">
                {all.map((environment) => (
                  <EnvironmentRow key={environment.id} environment={environment} />
                ))}
              </ul>
            )
          }
        </Loaded>
        <ReadyMadeList title={environments.data?.length === 0 ? 'Start with one of these' : 'Ready-made'} />
      </Stack>
    </>
  );
}

function Welcome(): ReactNode {
  return (
    <Paper withBorder p="xl" component="section" aria-labelledby="welcome" className="welcome">
      <Title order={2} id="welcome">
        Welcome to Slipway
      </Title>
      <Text size="sm" c="dimmed" maw={640} mt={4}>
        An environment is a whole stack on this machine: its images are pulled, its services started in order, its ports
        shown, and its data kept in snapshots. Start the first one below to see all of it, or add a folder that holds
        a Compose file.
      </Text>
    </Paper>
  );
}
