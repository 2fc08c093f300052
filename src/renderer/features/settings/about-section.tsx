import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { SettingRow, SettingsSection } from './settings-section.tsx';

/** Version, where data lies, and how secrets are kept, said plainly where the keychain is missing. */
export function AboutSection(): ReactNode {
  const info = useQuery(useApi().app.info.queryOptions({ staleTime: Infinity }));
  return (
    <SettingsSection title="About">
      <Loaded query={info} skeleton={<RowsSkeleton rows={3} height={44} />}>
        {({ version, platform, dataDirectory, keychain }) => (
          <>
            <SettingRow
              title="Secrets"
              description={
                keychain
                  ? 'Passwords and tokens are encrypted with a key from the system’s keychain.'
                  : 'This system offers no keychain. Secrets lie unencrypted in a file that only your user can read.'
              }
              labelId="secrets"
            >
              <Badge color={keychain ? 'teal' : 'orange'}>{keychain ? 'Keychain' : 'File, not encrypted'}</Badge>
            </SettingRow>
            <SettingRow title="Data folder" description={dataDirectory} labelId="data-folder">
              <CopyButton text={dataDirectory} what="data folder" />
            </SettingRow>
            <SettingRow title="Version" description={platform} labelId="version">
              <Text size="sm">{version}</Text>
            </SettingRow>
          </>
        )}
      </Loaded>
    </SettingsSection>
  );
}
