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

/** Environments that come with the app: one click adds them, one starts them as well. The first is the one to try. */
export function ReadyMadeList({ title }: { title: string }): ReactNode {
  const readyMade = useQuery(useApi().environments.readyMade.queryOptions());
  return (
    <Stack gap="sm" component="section" aria-labelledby="ready-made">
      <Title order={2} id="ready-made">
        {title}
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
            {all.map((one, index) => (
              <ReadyMadeCard key={one.id} readyMade={one} prominent={index === 0} />
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </Stack>
  );
}

function ReadyMadeCard({ readyMade, prominent }: { readyMade: ReadyMade; prominent: boolean }): ReactNode {
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
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => navigate(environmentPath(environmentId))}>
            Open
          </Button>
          <Button
            variant="subtle"
            color="gray"
            size="xs"
            disabled={busy}
            onClick={() => addReadyMade({ id: readyMade.id }, false)}
          >
            Add another
          </Button>
        </Group>
      ) : (
        <Group gap="xs">
          <Button
            size="xs"
            variant={prominent ? 'filled' : 'light'}
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
