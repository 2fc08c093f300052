import { Button, FileButton, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconFileCertificate } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RegistryView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { CertificateCard } from './certificate-card.tsx';

interface TrustDialogProps {
  registry: RegistryView;
  onClose: () => void;
  onDone: () => void;
}

/** Shows which certificates a registry presents and lets the person trust one, or one from a file. */
export function TrustDialog({ registry, onClose, onDone }: TrustDialogProps): ReactNode {
  const api = useApi();
  const { host, trusted } = registry;
  const shown = useQuery({ ...api.registries.certificates.queryOptions({ input: { host } }), gcTime: 0 });
  const trust = useMutation(api.registries.trust.mutationOptions({ onSuccess: onDone, meta: { showsProblem: true } }));
  const distrust = useMutation(api.registries.distrust.mutationOptions({ onSuccess: onDone }));
  const isTrusted = (fingerprint: string): boolean => trusted.some((one) => one.fingerprint === fingerprint);
  const addFile = (file: File | null): void => {
    void file?.text().then((pem) => trust.mutate({ host, pem }));
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={`Certificates of ${registry.name}`}>
      <Stack gap="md">
        {trust.isError ? <ProblemAlert problem={problemOf(trust.error)} /> : null}
        {trusted.length > 0 ? (
          <Stack gap="xs" component="section" aria-label="Trusted for this registry">
            <Text size="sm" fw={550}>
              Trusted for this registry
            </Text>
            {trusted.map((certificate) => (
              <CertificateCard key={certificate.fingerprint} certificate={certificate} />
            ))}
          </Stack>
        ) : null}
        <Stack gap="xs" component="section" aria-label="What the registry shows">
          <Text size="sm" fw={550}>
            What the registry shows
          </Text>
          <Loaded query={shown} skeleton={<RowsSkeleton rows={1} height={110} />}>
            {(certificates) =>
              certificates.map((certificate) => (
                <CertificateCard
                  key={certificate.fingerprint}
                  certificate={certificate}
                  action={
                    isTrusted(certificate.fingerprint) ? null : (
                      <Button
                        size="compact-sm"
                        loading={trust.isPending}
                        aria-label={`Trust ${certificate.subject}`}
                        onClick={() => trust.mutate({ host, fingerprint: certificate.fingerprint })}
                      >
                        Trust
                      </Button>
                    )
                  }
                />
              ))
            }
          </Loaded>
          <Text size="xs" c="dimmed">
            Compare the fingerprint with what those who run the registry say before you trust it. It is trusted for this registry
            alone. The engine doesn’t know it, so Slipway pulls this registry’s images and hands them over to the engine.
          </Text>
        </Stack>
        <Group justify="space-between">
          <FileButton onChange={addFile} accept=".pem,.crt,.cer,application/x-pem-file">
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconFileCertificate size={16} />}>
                Trust from a file…
              </Button>
            )}
          </FileButton>
          <Group gap="sm">
            {trusted.length > 0 ? (
              <Button variant="light" color="red" loading={distrust.isPending} onClick={() => distrust.mutate({ host })}>
                Stop trusting
              </Button>
            ) : null}
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}
