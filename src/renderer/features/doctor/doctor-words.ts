import type { DoctorReport } from '../../../shared/models/doctor.ts';
import { count } from '../../ui/format.ts';

/** The whole report in a sentence. */
export function doctorVerdict(report: DoctorReport | undefined): string {
  if (!report?.finished) return 'Looking at this machine…';
  const failed = report.checks.filter((check) => check.state === 'failed').length;
  const warnings = report.checks.filter((check) => check.state === 'warning').length;
  const found = [
    ...(failed > 0 ? [count(failed, 'problem')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return found.length === 0 ? 'This machine is ready.' : `${found.join(' and ')} found.`;
}
