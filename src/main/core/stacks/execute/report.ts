import type { Amount, LogEntry, StepState, WorkEvent } from '../../../../shared/models/job.ts';
import type { PlanAction } from '../../../../shared/models/plan.ts';
import type { Channel } from '../../base/channel.ts';

/** What a person reads of one step. */
export interface ReportedStep {
  readonly id: string;
  readonly title: string;
  readonly parent?: string;
}

/** Says what goes on, as events of the running job. */
export class Report {
  readonly #channel: Channel<WorkEvent>;

  constructor(channel: Channel<WorkEvent>) {
    this.#channel = channel;
  }

  /** A step's newest state. Of several that nobody read yet only the last is kept. */
  step(step: ReportedStep, state: StepState, more: { readonly detail?: string | undefined; readonly amount?: Amount | undefined } = {}): void {
    const { id, title, parent } = step;
    const event: WorkEvent = {
      type: 'step',
      step: {
        id,
        title,
        state,
        ...(parent === undefined ? {} : { parent }),
        ...(more.detail === undefined ? {} : { detail: more.detail }),
        ...(more.amount === undefined ? {} : { amount: more.amount }),
      },
    };
    this.#channel.push(event, (pending) => pending.type === 'step' && pending.step.id === id && pending.step.state === state);
  }

  log(level: LogEntry['level'], text: string, source?: string): void {
    this.#channel.push({ type: 'log', entry: { level, text, ...(source === undefined ? {} : { source }) } });
  }
}

const verbs: Readonly<Record<PlanAction, string>> = {
  'pull-image': 'Pull',
  'build-image': 'Build',
  'create-network': 'Create network',
  'create-volume': 'Create volume',
  'create-container': 'Create',
  'recreate-container': 'Recreate',
  'start-container': 'Start',
  'stop-container': 'Stop',
  'remove-container': 'Remove',
  'remove-network': 'Remove network',
  'remove-volume': 'Remove volume',
  'remove-image': 'Remove image',
};

export function stepTitle(action: PlanAction, subject: string): string {
  return `${verbs[action]} ${subject}`;
}
