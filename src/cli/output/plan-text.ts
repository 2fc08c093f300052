import { formatBytes } from '../../shared/format-bytes.ts';
import type { Plan, PlanAction } from '../../shared/models/plan.ts';
import type { DownloadPlan } from '../../shared/models/download.ts';
import { paint, type Style, type Terminal } from './terminal.ts';

const signs: Record<PlanAction, readonly [string, Style]> = {
  'pull-image': ['↓', 'blue'],
  'build-image': ['⚒', 'blue'],
  'create-network': ['+', 'green'],
  'create-volume': ['+', 'green'],
  'create-container': ['+', 'green'],
  'recreate-container': ['~', 'yellow'],
  'start-container': ['▶', 'green'],
  'stop-container': ['■', 'yellow'],
  'remove-container': ['-', 'red'],
  'remove-network': ['-', 'red'],
  'remove-volume': ['-', 'red'],
  'remove-image': ['-', 'red'],
};

/** A plan as text: one line a step with its reason, how much is downloaded where that is known, then its hash. */
export function planText(terminal: Terminal, plan: Plan, download?: DownloadPlan): string {
  const steps = plan.steps.map((step) => {
    const [sign, style] = signs[step.action];
    const waits = (step.waits ?? []).map(({ service, condition }) => `${service} ${condition.replace('service_', '')}`);
    return [
      `${paint(terminal, style, sign)} ${step.action.replace('-', ' ')} ${paint(terminal, 'bold', step.subject)}`,
      paint(terminal, 'dim', `(${step.reason})`),
      waits.length > 0 ? paint(terminal, 'dim', `after ${waits.join(', ')}`) : '',
      step.destructive ? paint(terminal, 'red', 'data is lost') : '',
    ]
      .filter(Boolean)
      .join(' ');
  });
  const nothing = plan.steps.length === 0 ? ['Nothing to do: everything is as the files ask.'] : [];
  const unchanged = plan.unchanged.length > 0 ? [paint(terminal, 'dim', `unchanged: ${plan.unchanged.join(', ')}`)] : [];
  const warnings = plan.warnings.map((warning) => `${paint(terminal, 'yellow', 'warning')} ${warning}`);
  const size = download ? [`${formatBytes(download.bytes)} to download${download.complete ? '' : ', and what the registries did not tell'}`] : [];
  return [...warnings, ...steps, ...nothing, ...unchanged, ...size, `plan ${plan.hash}`].map((line) => `${line}\n`).join('');
}
