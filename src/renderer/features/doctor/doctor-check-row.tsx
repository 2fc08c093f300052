import { Code, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DoctorCheck } from '../../../shared/models/doctor.ts';
import { FixAction } from './fix-action.tsx';

const icons: Readonly<Record<DoctorCheck['state'], { word: string; color: string; icon: ReactNode }>> = {
  running: { word: 'Checking', color: 'dimmed', icon: <Loader size={18} /> },
  ok: { word: 'All right', color: 'teal.6', icon: <IconCircleCheck size={20} /> },
  warning: { word: 'Warning', color: 'orange.6', icon: <IconAlertTriangle size={20} /> },
  failed: { word: 'Failed', color: 'red.6', icon: <IconCircleX size={20} /> },
  skipped: { word: 'Skipped', color: 'dimmed', icon: <IconCircleMinus size={20} /> },
};

export function DoctorCheckRow({ check, onFixed }: { check: DoctorCheck; onFixed: () => void }): ReactNode {
  const look = icons[check.state];
  return (
    <li className="row row-top" aria-label={`${check.title}: ${look.word}`}>
      <Text c={look.color} role="img" aria-label={look.word} className="check-icon">
        {look.icon}
      </Text>
      <Stack gap={6} className="row-words">
        <div>
          <Text size="sm" fw={500}>
            {check.title}
          </Text>
          <Text size="sm" c="dimmed">
            {check.message}
          </Text>
        </div>
        {check.detail && check.state !== 'ok' ? (
          <Code block className="check-detail">
            {check.detail}
          </Code>
        ) : null}
        {check.fixes.length > 0 ? (
          <Stack gap="sm" mt={4} align="flex-start">
            {check.fixes.map((fix) => (
              <FixAction key={fix.label} fix={fix} onFixed={onFixed} />
            ))}
          </Stack>
        ) : null}
      </Stack>
    </li>
  );
}
