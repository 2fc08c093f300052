import type { ServiceState, StackState } from '../../shared/models/stack.ts';

/** A state in a person's word, and the colour that goes with it wherever it is shown. */
export interface StateLook {
  readonly label: string;
  readonly color: string;
  /** Something is happening: the dot breathes. */
  readonly lively?: boolean;
}

export const stackLooks: Readonly<Record<StackState, StateLook>> = {
  unknown: { label: 'Unknown', color: 'gray' },
  stopped: { label: 'Stopped', color: 'gray' },
  starting: { label: 'Starting', color: 'blue', lively: true },
  running: { label: 'Running', color: 'teal' },
  partial: { label: 'Partly running', color: 'orange' },
  degraded: { label: 'Degraded', color: 'red' },
  paused: { label: 'Paused', color: 'violet' },
};

export const serviceLooks: Readonly<Record<ServiceState, StateLook>> = {
  missing: { label: 'Not created', color: 'gray' },
  stopped: { label: 'Stopped', color: 'gray' },
  starting: { label: 'Starting', color: 'blue', lively: true },
  running: { label: 'Running', color: 'teal' },
  healthy: { label: 'Healthy', color: 'teal' },
  unhealthy: { label: 'Unhealthy', color: 'red' },
  paused: { label: 'Paused', color: 'violet' },
  restarting: { label: 'Restarting', color: 'orange', lively: true },
  completed: { label: 'Completed', color: 'teal' },
  failed: { label: 'Failed', color: 'red' },
  disabled: { label: 'Not in profile', color: 'gray' },
};
