import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CertificateView } from '../../../shared/models/registry.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatMoment } from '../../ui/format.ts';
import { fingerprintLines } from './registry-words.ts';

/** A certificate as one compares it: subject, who signed it, validity, fingerprint. */
export function CertificateCard({ certificate, action }: { certificate: CertificateView; action?: ReactNode }): ReactNode {
  const { subject, issuer, selfSigned, validFrom, validTo, fingerprint } = certificate;
  return (
    <Paper withBorder p="sm" component="article" aria-label={subject}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={4}>
          <Text size="sm" fw={500} className="wrap">
            {subject}
          </Text>
          <Text size="xs" c="dimmed" className="wrap">
            {selfSigned ? 'Signed by itself' : `Signed by ${issuer}`} · valid from {formatMoment(validFrom)} to {formatMoment(validTo)}
          </Text>
          <Group gap={4} wrap="nowrap" align="flex-start">
            <Text size="xs" ff="monospace" component="div" aria-label={`SHA-256 fingerprint ${fingerprint}`}>
              {fingerprintLines(fingerprint).map((line) => (
                <div key={line}>{line}</div>
              ))}
            </Text>
            <CopyButton text={fingerprint} what={`fingerprint of ${subject}`} />
          </Group>
        </Stack>
        {action}
      </Group>
    </Paper>
  );
}
