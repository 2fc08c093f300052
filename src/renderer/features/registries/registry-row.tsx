import { ActionIcon, Badge, Button, Group, Menu, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconAdjustments, IconAlertTriangle, IconCertificate, IconDots, IconLogin2, IconLogout2, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RegistryHealth, RegistryView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { registryPath } from '../../app/routes.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import type { OpenDialog } from './registries-page.tsx';
import { healthLooks, loginWords, settingsWords, untrustedCertificates } from './registry-words.ts';

interface RegistryRowProps {
  registry: RegistryView;
  health: RegistryHealth | undefined;
  onOpen: (kind: OpenDialog['kind']) => void;
}

export function RegistryRow({ registry, health, onOpen }: RegistryRowProps): ReactNode {
  const look = healthLooks[health?.state ?? 'checking'];
  const settings = settingsWords(registry);
  return (
    <li className="row row-top" aria-label={registry.name}>
      <span className="registry-dot">
        <StateDot look={look} />
      </span>
      <Stack gap={6} className="row-words">
        <Group gap="xs">
          <Link href={registryPath(registry.host)} className="registry-link">
            {registry.name}
          </Link>
          {registry.name === registry.host ? null : (
            <Text size="xs" c="dimmed" ff="monospace">
              {registry.host}
            </Text>
          )}
          {registry.usedBy.length > 0 ? <Badge size="sm">used by {registry.usedBy.join(', ')}</Badge> : null}
        </Group>
        <Text size="xs" c="dimmed" className="wrap">
          {[loginWords(registry.login), settings].filter(Boolean).join(' · ')}
        </Text>
        {registry.warnings.map((warning) => (
          <Text key={warning} size="xs" c="orange" className="wrap">
            <IconAlertTriangle size={13} className="in-line-icon" /> {warning}
          </Text>
        ))}
        {health?.problem && health.state !== 'login-needed' ? (
          <ProblemAlert problem={health.problem} actions={<ProblemAction health={health} onOpen={onOpen} />} />
        ) : null}
      </Stack>
      <Text size="xs" c="dimmed" className="row-count numbers">
        {health?.state === 'ok' && health.latencyMs !== undefined ? `${health.latencyMs} ms` : ''}
      </Text>
      <span className="registry-state">
        <StateBadge look={look} size="sm" />
      </span>
      <RowActions registry={registry} onOpen={onOpen} />
    </li>
  );
}

function ProblemAction({ health, onOpen }: { health: RegistryHealth; onOpen: RegistryRowProps['onOpen'] }): ReactNode {
  if (health.state === 'refused') {
    return (
      <Button size="xs" onClick={() => onOpen('login')}>
        Log in…
      </Button>
    );
  }
  if (untrustedCertificates(health.problem).length > 0) {
    return (
      <Button size="xs" onClick={() => onOpen('trust')}>
        Look at the certificate…
      </Button>
    );
  }
  if (health.problem?.data?.['speaksTls'] === false) {
    return (
      <Button size="xs" variant="default" onClick={() => onOpen('settings')}>
        Settings…
      </Button>
    );
  }
  return null;
}

function RowActions({ registry, onOpen }: { registry: RegistryView; onOpen: RegistryRowProps['onOpen'] }): ReactNode {
  const logout = useMutation(useApi().registries.logout.mutationOptions());
  return (
    <Group gap={4} wrap="nowrap" className="registry-actions">
      {registry.login?.own ? null : (
        <Button variant="default" size="compact-sm" aria-label={`Log in to ${registry.name}`} onClick={() => onOpen('login')}>
          Log in…
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`More actions for ${registry.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {registry.login?.own ? (
            <>
              <Menu.Item leftSection={<IconLogin2 size={16} />} onClick={() => onOpen('login')}>
                Log in as another…
              </Menu.Item>
              <Menu.Item leftSection={<IconLogout2 size={16} />} onClick={() => logout.mutate({ host: registry.host })}>
                Log out
              </Menu.Item>
            </>
          ) : null}
          <Menu.Item leftSection={<IconCertificate size={16} />} onClick={() => onOpen('trust')}>
            Certificates…
          </Menu.Item>
          <Menu.Item leftSection={<IconAdjustments size={16} />} onClick={() => onOpen('settings')}>
            Settings…
          </Menu.Item>
          {registry.kept ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => onOpen('remove')}>
              Forget…
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
