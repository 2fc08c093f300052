import { expect, it } from 'vitest';
import { doctorVerdict } from '../../../../src/renderer/features/doctor/doctor-words.ts';
import type { DoctorCheck, DoctorReport } from '../../../../src/shared/models/doctor.ts';

function report(finished: boolean, ...states: DoctorCheck['state'][]): DoctorReport {
  return { finished, checks: states.map((state, id) => ({ id: String(id), title: 't', state, message: 'm', fixes: [] })) };
}

it.each<[DoctorReport | undefined, string]>([
  [undefined, 'Looking at this machine…'],
  [report(false, 'failed', 'running'), 'Looking at this machine…'],
  [report(true, 'ok', 'skipped'), 'This machine is ready.'],
  [report(true, 'ok', 'failed'), '1 problem found.'],
  [report(true, 'warning', 'failed', 'failed'), '2 problems and 1 warning found.'],
])('%#: %s', (given, words) => {
  expect(doctorVerdict(given)).toBe(words);
});
