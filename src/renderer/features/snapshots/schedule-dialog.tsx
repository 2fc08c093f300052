import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { SnapshotSchedule } from '../../../shared/models/snapshot-schedule.ts';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface ScheduleDialogProps {
  environmentId: string;
  schedule: SnapshotSchedule | null;
  opened: boolean;
  onClose: () => void;
}

export function ScheduleDialog({ opened, onClose, ...rest }: ScheduleDialogProps): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} title="Snapshots by themselves">
      <ScheduleForm {...rest} onClose={onClose} />
    </Modal>
  );
}

/** A week of days and a month of weeks: what most keep of backups. */
const usualKeep = { last: 5, daily: 7, weekly: 4 };

function ScheduleForm({ environmentId, schedule, onClose }: Omit<ScheduleDialogProps, 'opened'>): ReactNode {
  const [kind, setKind] = useState<'daily' | 'every'>(schedule?.when.kind ?? 'daily');
  const [time, setTime] = useState(schedule?.when.kind === 'daily' ? schedule.when.time : '02:00');
  const [minutes, setMinutes] = useState(schedule?.when.kind === 'every' ? schedule.when.minutes : 60);
  const [keep, setKeep] = useState(schedule?.keep ?? usualKeep);
  const save = useMutation(useApi().snapshots.setSchedule.mutationOptions({ onSuccess: onClose }));
  const number = (value: string | number): number => Math.max(0, Math.trunc(Number(value) || 0));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ environmentId, schedule: { when: kind === 'daily' ? { kind, time } : { kind, minutes }, keep } });
      }}
    >
      <Stack gap="md">
        <SegmentedControl
          aria-label="How often"
          data={[
            { value: 'daily', label: 'Every day' },
            { value: 'every', label: 'Every so often' },
          ]}
          value={kind}
          onChange={setKind}
        />
        {kind === 'daily' ? (
          <TextInput
            type="time"
            label="At"
            required
            value={time}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
        ) : (
          <NumberInput
            label="Minutes between two"
            required
            min={1}
            max={527_040}
            allowDecimal={false}
            value={minutes}
            onChange={(value) => setMinutes(Math.max(1, number(value)))}
          />
        )}
        <Group grow align="flex-end">
          <NumberInput label="Keep newest" min={0} allowDecimal={false} value={keep.last ?? 0} onChange={(last) => setKeep({ ...keep, last: number(last) })} />
          <NumberInput label="Keep days" min={0} allowDecimal={false} value={keep.daily ?? 0} onChange={(daily) => setKeep({ ...keep, daily: number(daily) })} />
          <NumberInput label="Keep weeks" min={0} allowDecimal={false} value={keep.weekly ?? 0} onChange={(weekly) => setKeep({ ...keep, weekly: number(weekly) })} />
        </Group>
        <Text size="xs" c="dimmed">
          Only while the environment runs and something has changed. Snapshots that you took or tagged are never cleaned up.
        </Text>
        <Group justify="space-between">
          {schedule ? (
            <Button variant="subtle" color="red" onClick={() => save.mutate({ environmentId, schedule: null })}>
              End the schedule
            </Button>
          ) : (
            <span />
          )}
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </DialogButtons>
        </Group>
      </Stack>
    </form>
  );
}
