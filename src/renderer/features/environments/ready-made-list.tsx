import { Button, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlayerPlayFilled, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { ReadyMade } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { environmentPath } from '../../app/routes.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { useAddEnvironment } from './use-add-environment.ts';

/** Environments that come with the app: one click adds them, one starts them as well. */
export function ReadyMadeList(): ReactNode {
  const readyMade = useQuery(useApi().environments.readyMade.queryOptions());
  return (
    <Stack gap="sm" component="section" aria-labelledby="ready-made">
      <Title order={2} id="ready-made">
        Ready-made
      </Title>
      <Loaded
        query={readyMade}
        skeleton={
          <SimpleGrid cols={3}>
            <Skeleton height={148} />
            <Skeleton height={148} />
            <Skeleton height={148} />
          </SimpleGrid>
        }
      >
        {(all) => (
          <SimpleGrid cols={3}>
            {all.map((one) => (
              <ReadyMadeCard key={one.id} readyMade={one} />
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </Stack>
  );
}

function ReadyMadeCard({ readyMade }: { readyMade: ReadyMade }): ReactNode {
  const { addReadyMade, busy } = useAddEnvironment();
  const [, navigate] = useLocation();
  const { environmentId } = readyMade;
  return (
    <Paper withBorder p="md" component="article" aria-label={readyMade.title} className="card">
      <Text fw={600}>{readyMade.title}</Text>
      <Text size="sm" c="dimmed" lineClamp={3} className="card-text">
        {readyMade.description}
      </Text>
      {environmentId ? (
        <Group>
          <Button variant="default" size="xs" onClick={() => navigate(environmentPath(environmentId))}>
            Open
          </Button>
        </Group>
      ) : (
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<IconPlayerPlayFilled size={14} />}
            loading={busy}
            onClick={() => addReadyMade(readyMade, true)}
          >
            Start
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            disabled={busy}
            onClick={() => addReadyMade(readyMade, false)}
          >
            Add
          </Button>
        </Group>
      )}
    </Paper>
  );
}
