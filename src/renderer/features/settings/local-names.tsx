import { Code, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ProxyStatus } from '../../../shared/models/proxy.ts';
import type { Settings } from '../../../shared/models/settings.ts';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ExternalLink } from '../../ui/external-link.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { SettingRow } from './settings-section.tsx';

interface LocalNamesProps {
  settings: Settings;
  update: (change: Partial<Settings>) => void;
}

/** Stable names for running web pages: on or off, their port, TLS, and which there are now. */
export function LocalNames({ settings, update }: LocalNamesProps): ReactNode {
  const { data: status } = useQuery(useApi().ports.proxy.experimental_liveOptions());
  return (
    <>
      <SettingRow
        title="Names instead of port numbers"
        description="Running web pages are reached as service.environment.localhost, all on one port, from this machine only."
        labelId="local-proxy"
      >
        <Switch aria-labelledby="local-proxy" checked={settings.localProxy} onChange={(event) => update({ localProxy: event.currentTarget.checked })} />
      </SettingRow>
      {settings.localProxy ? (
        <>
          <ProxyPort key={settings.localProxyPort} port={settings.localProxyPort} onChange={(localProxyPort) => update({ localProxyPort })} />
          <SettingRow
            title="Secure names (https)"
            description="With certificates of an authority that is made and kept on this machine. Nothing is installed: you decide whether to trust it."
            labelId="local-proxy-tls"
          >
            <Switch aria-labelledby="local-proxy-tls" checked={settings.localProxyTls} onChange={(event) => update({ localProxyTls: event.currentTarget.checked })} />
          </SettingRow>
          {status ? <PresentNames status={status} /> : null}
        </>
      ) : null}
    </>
  );
}

function ProxyPort({ port, onChange }: { port: number; onChange: (port: number) => void }): ReactNode {
  const [value, setValue] = useState<number | string>(port);
  return (
    <SettingRow title="Port of the names" description="Any free one. Below 1024 it may take rights that you don’t have." labelId="local-proxy-port">
      <NumberInput
        aria-labelledby="local-proxy-port"
        w={110}
        min={1}
        max={65_535}
        allowDecimal={false}
        value={value}
        onChange={setValue}
        onBlur={() => {
          if (typeof value === 'number' && value >= 1 && value <= 65_535) onChange(value);
        }}
      />
    </SettingRow>
  );
}

function PresentNames({ status }: { status: ProxyStatus }): ReactNode {
  return (
    <Stack gap={6} px="md" pb="md">
      {status.problem ? <ProblemAlert problem={status.problem} /> : null}
      {status.state === 'on' && status.names.length === 0 ? (
        <Text size="xs" c="dimmed">
          Nothing with a web page runs now.
        </Text>
      ) : null}
      {status.names.map(({ url, title }) => (
        <Text key={url} size="sm">
          <ExternalLink url={url}>{url}</ExternalLink>{' '}
          <Text span size="xs" c="dimmed">
            {title}
          </Text>
        </Text>
      ))}
      {status.authority ? (
        <>
          <Text size="xs" c="dimmed">
            Browsers warn until you trust the authority {status.authority.file}. To do so, once:
          </Text>
          <div className="problem-detail">
            <Code block>{status.authority.trust}</Code>
            <CopyButton text={status.authority.trust} what="the command" />
          </div>
        </>
      ) : null}
    </Stack>
  );
}
