import { Button, Group, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Settings } from '../../../shared/models/settings.ts';
import { SettingRow } from './settings-section.tsx';
import { useUpdateSettings } from './use-settings.ts';

/** Empty means that any engine will do. */
export function EngineAddress({ settings }: { settings: Settings }): ReactNode {
  const update = useUpdateSettings(settings);
  const engine = settings.engine ?? '';
  const [address, setAddress] = useState(engine);
  return (
    <SettingRow
      title="Engine address"
      description="Empty: the first engine that answers (DOCKER_HOST, the Docker context, the usual sockets)."
      labelId="engine-address"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          update({ engine: address.trim() });
        }}
      >
        <Group gap="xs" wrap="nowrap">
          <TextInput
            aria-labelledby="engine-address"
            placeholder="unix:///var/run/docker.sock"
            size="xs"
            w={250}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default" disabled={address.trim() === engine}>
            Use
          </Button>
        </Group>
      </form>
    </SettingRow>
  );
}
