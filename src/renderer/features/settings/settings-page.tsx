import { SegmentedControl, Stack, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings } from '../../../shared/models/settings.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { AboutSection } from './about-section.tsx';
import { EngineAddress } from './engine-address.tsx';
import { LocalNames } from './local-names.tsx';
import { SettingRow, SettingsSection } from './settings-section.tsx';
import { useSettings, useUpdateSettings } from './use-settings.ts';

export function SettingsPage(): ReactNode {
  const settings = useSettings();
  return (
    <>
      <PageHeader title="Settings" description="Saved as you change them." />
      <Loaded query={settings} skeleton={<RowsSkeleton rows={6} height={52} />}>
        {(value) => <SettingsBody settings={value} />}
      </Loaded>
    </>
  );
}

function SettingsBody({ settings }: { settings: Settings }): ReactNode {
  const update = useUpdateSettings(settings);
  return (
    <Stack gap="xl" maw={760}>
      <SettingsSection title="Window">
        <SettingRow title="Appearance" description="Automatic follows the system." labelId="appearance">
          <SegmentedControl
            aria-labelledby="appearance"
            value={settings.colorScheme}
            onChange={(colorScheme) => update({ colorScheme })}
            data={[
              { value: 'auto', label: 'Automatic' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </SettingRow>
        <Toggle
          id="close-to-tray"
          title="Keep running in the tray"
          description="Closing the window leaves Slipway running; quit it from the tray or the menu."
          checked={settings.closeToTray}
          onChange={(closeToTray) => update({ closeToTray })}
        />
      </SettingsSection>
      <SettingsSection title="Engine">
        <EngineAddress key={settings.engine ?? ''} settings={settings} />
        <Toggle
          id="private-engine"
          title="Start an own engine when none answers"
          description="Uses dockerd where this machine has it; it is kept apart from any other engine."
          checked={settings.privateEngine === 'auto'}
          onChange={(on) => update({ privateEngine: on ? 'auto' : 'never' })}
        />
        <Toggle
          id="stop-private-engine"
          title="Stop the own engine when Slipway quits"
          description="Off: its containers go on running."
          checked={settings.stopPrivateEngineOnQuit}
          onChange={(stopPrivateEngineOnQuit) => update({ stopPrivateEngineOnQuit })}
        />
      </SettingsSection>
      <SettingsSection title="Ports">
        <Toggle
          id="publish-on-loopback"
          title="Publish ports to this machine only"
          description="Where a Compose file names no address, its ports are reachable from this machine alone. Off: from your whole network, as Compose does."
          checked={settings.publishOnLoopback}
          onChange={(publishOnLoopback) => update({ publishOnLoopback })}
        />
        <LocalNames settings={settings} update={update} />
      </SettingsSection>
      <AboutSection />
    </Stack>
  );
}

interface ToggleProps {
  id: string;
  title: string;
  description: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Toggle({ id, title, description, checked, onChange }: ToggleProps): ReactNode {
  return (
    <SettingRow title={title} description={description} labelId={id}>
      <Switch
        aria-labelledby={id}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </SettingRow>
  );
}
