import { Progress, Text } from '@mantine/core';
import {
  IconAlertCircle,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconHourglass,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Step, StepState } from '../../../shared/models/job.ts';
import { amountText } from '../../ui/amount-text.ts';
import { fractionOf, partsOf, topSteps } from './job-progress.ts';

const icons: Readonly<Record<StepState, { icon: typeof IconCircle; color: string; word: string }>> = {
  pending: { icon: IconCircle, color: 'gray.5', word: 'Pending' },
  running: { icon: IconCircleDashed, color: 'blue.6', word: 'Running' },
  waiting: { icon: IconHourglass, color: 'blue.6', word: 'Waiting' },
  done: { icon: IconCircleCheck, color: 'teal.6', word: 'Done' },
  skipped: { icon: IconCircleMinus, color: 'gray.5', word: 'Skipped' },
  failed: { icon: IconAlertCircle, color: 'red.6', word: 'Failed' },
  cancelled: { icon: IconCircleX, color: 'gray.5', word: 'Cancelled' },
};

/** Every step of a job with how far it is, parts under the step that they belong to. */
export function JobSteps({ steps }: { steps: readonly Step[] }): ReactNode {
  return (
    <ul className="job-steps" aria-label="Steps">
      {topSteps(steps).map((step) => (
        <StepRow key={step.id} step={step} steps={steps} depth={0} />
      ))}
    </ul>
  );
}

function StepRow({ step, steps, depth }: { step: Step; steps: readonly Step[]; depth: number }): ReactNode {
  const look = icons[step.state];
  const Icon = look.icon;
  return (
    <>
      <li className="job-step" data-state={step.state} style={{ paddingInlineStart: depth * 24 }}>
        <Text c={look.color} className="job-step-icon" role="img" aria-label={look.word}>
          <Icon size={16} />
        </Text>
        <div className="job-step-words">
          <Text size="sm" truncate title={step.title}>
            {step.title}
          </Text>
          {step.detail ? (
            <Text size="xs" c={step.state === 'failed' ? 'red' : 'dimmed'} className="wrap">
              {step.detail}
            </Text>
          ) : null}
        </div>
        <StepAmount step={step} />
      </li>
      {partsOf(step, steps).map((part) => (
        <StepRow key={part.id} step={part} steps={steps} depth={depth + 1} />
      ))}
    </>
  );
}

function StepAmount({ step: { amount, state, title } }: { step: Step }): ReactNode {
  const active = state === 'running' || state === 'waiting';
  if (!amount) return active ? <Progress value={100} size={4} animated aria-label={title} className="job-step-bar" /> : null;
  const fraction = fractionOf(amount);
  return (
    <div className="job-step-amount">
      <Text size="xs" c="dimmed" className="numbers">
        {amountText(amount)}
      </Text>
      {active ? (
        <Progress
          value={(fraction ?? 1) * 100}
          animated={fraction === undefined}
          size={4}
          aria-label={title}
          className="job-step-bar"
        />
      ) : null}
    </div>
  );
}
