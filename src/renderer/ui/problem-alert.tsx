import { Alert, Anchor, Code, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem } from '../../shared/problem.ts';
import { CopyButton } from './copy-button.tsx';
import { DiagnosticList } from './diagnostic-list.tsx';
import { portConflicts } from './port-conflicts.ts';
import { PortConflictTable } from './port-conflict-table.tsx';
import { formatLocation } from './source-location.ts';

interface ProblemAlertProps {
  problem: Problem;
  /** What the person can do about it right here, e.g. a "Try again" button. */
  actions?: ReactNode;
  onClose?: () => void;
}

/** The one way a failure is shown: what happened, what to do, then as much detail as there is. */
export function ProblemAlert({ problem, actions, onClose }: ProblemAlertProps): ReactNode {
  const conflicts = portConflicts(problem);
  return (
    <Alert
      role="alert"
      color="red"
      className="problem"
      icon={<IconAlertTriangle size={18} />}
      title={problem.message}
      {...(onClose ? { withCloseButton: true, onClose, closeButtonLabel: 'Dismiss' } : {})}
    >
      <Stack gap="xs">
        {problem.hint ? <Text size="sm">{problem.hint}</Text> : null}
        {problem.location ? <Code className="location">{formatLocation(problem.location)}</Code> : null}
        {conflicts.length > 0 ? (
          <PortConflictTable conflicts={conflicts} />
        ) : problem.diagnostics?.length ? (
          <DiagnosticList diagnostics={problem.diagnostics} />
        ) : null}
        <ProblemFooter problem={problem} actions={actions} />
      </Stack>
    </Alert>
  );
}

function ProblemFooter({ problem, actions }: { problem: Problem; actions: ReactNode }): ReactNode {
  const [open, { toggle }] = useDisclosure(false);
  const { code, detail } = problem;
  return (
    <>
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          {actions}
          {detail ? (
            <Anchor component="button" type="button" size="xs" onClick={toggle} aria-expanded={open}>
              {open ? 'Hide detail' : 'Show detail'}
            </Anchor>
          ) : null}
        </Group>
        <Text size="xs" c="dimmed" ff="monospace">
          {code}
        </Text>
      </Group>
      {detail ? (
        <Collapse expanded={open} keepMounted={false}>
          <div className="problem-detail">
            <Code block>{detail}</Code>
            <CopyButton text={`${code}: ${problem.message}\n${detail}`} what="the detail" />
          </div>
        </Collapse>
      ) : null}
    </>
  );
}
