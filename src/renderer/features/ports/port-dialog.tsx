import { Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { PortRow } from '../../../shared/models/port.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { editOf, exposureWords } from './port-words.ts';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface PortDialogProps {
  environmentId: string;
  services: readonly string[];
  /** The port to change; absent: one is added. */
  port?: PortRow;
  onClose: () => void;
}

const protocols = ['tcp', 'udp', 'sctp'] as const;
type Reach = 'loopback' | 'everywhere' | 'address';

/** Changes where a port is published, or publishes one more. Running containers of the service are made anew. */
export function PortDialog({ environmentId, services, port, onClose }: PortDialogProps): ReactNode {
  const api = useApi();
  const [service, setService] = useState(port?.service ?? services[0] ?? '');
  const [containerPort, setContainerPort] = useState<number | string>(port?.containerPort ?? '');
  const [protocol, setProtocol] = useState<string>(port?.protocol ?? 'tcp');
  const [hostPort, setHostPort] = useState<number | string>(port?.hostPort ?? '');
  const [reach, setReach] = useState<Reach>(port?.exposure ?? 'loopback');
  const [address, setAddress] = useState(port?.exposure === 'address' ? port.hostIp : '');
  const edit = useMutation(api.ports.edit.mutationOptions({ meta: { showsProblem: true }, onSuccess: onClose }));
  const complete = service !== '' && typeof containerPort === 'number' && typeof hostPort === 'number' && (reach !== 'address' || address.trim() !== '');
  const save = (): void => {
    if (!complete) return;
    const target = port ? editOf(port) : { service, containerPort, protocol: protocols.find((one) => one === protocol) ?? 'tcp' };
    const hostIp = { loopback: '127.0.0.1', everywhere: '0.0.0.0', address: address.trim() }[reach];
    edit.mutate({ environmentId, edits: [{ ...target, action: 'publish', hostPort, hostIp }] });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={port ? `Change port ${port.containerPort ?? ''} of ${port.service ?? ''}` : 'Add a port'}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          {port ? null : (
            <Group grow align="flex-start">
              <Select label="Service" data={[...services]} value={service} allowDeselect={false} onChange={(value) => setService(value ?? '')} />
              <NumberInput label="Container port" min={1} max={65_535} allowDecimal={false} value={containerPort} onChange={setContainerPort} />
              <Select label="Protocol" data={[...protocols]} value={protocol} allowDeselect={false} onChange={(value) => setProtocol(value ?? 'tcp')} />
            </Group>
          )}
          <NumberInput label="Port on this machine" data-autofocus min={1} max={65_535} allowDecimal={false} value={hostPort} onChange={setHostPort} />
          <Stack gap={6}>
            <Text size="sm" fw={500} id="port-reach">
              Reachable from
            </Text>
            <SegmentedControl
              aria-labelledby="port-reach"
              value={reach}
              onChange={setReach}
              data={[
                { value: 'loopback', label: exposureWords.loopback.label },
                { value: 'everywhere', label: exposureWords.everywhere.label },
                { value: 'address', label: exposureWords.address.label },
              ]}
            />
            <Text size="xs" c={reach === 'everywhere' ? 'orange' : 'dimmed'}>
              {exposureWords[reach].hint}
            </Text>
          </Stack>
          {reach === 'address' ? (
            <TextInput label="Address" placeholder="192.168.1.20" value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
          ) : null}
          {edit.isError ? <ProblemAlert problem={problemOf(edit.error)} /> : null}
          <Text size="xs" c="dimmed">
            The Compose file stays as it is. If {service || 'the service'} runs, only its container is made anew.
          </Text>
          <DialogButtons onCancel={onClose}>
            <Button type="submit" disabled={!complete} loading={edit.isPending}>
              {port ? 'Change' : 'Add'}
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
