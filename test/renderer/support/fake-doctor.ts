import type { DoctorCheck, DoctorReport } from '../../../src/shared/models/doctor.ts';

/** The report as it grows, one finished check at a time. */
export function* doctorReports(engineAnswers: boolean): Generator<DoctorReport, void, void> {
  const checks = engineAnswers ? healthy : withoutEngine;
  for (let done = 0; done <= checks.length; done += 1) {
    yield {
      finished: done === checks.length,
      checks: checks.map((check, index) =>
        index < done ? check : { ...check, state: 'running', message: 'Checking…', fixes: [] },
      ),
    };
  }
}

const disk: DoctorCheck = {
  id: 'disk',
  title: 'Disk space',
  state: 'warning',
  message: '6.2 GB are free where the engine keeps images and volumes.',
  fixes: [{ label: 'Remove unused images', command: 'docker image prune --all' }],
};

const healthy: readonly DoctorCheck[] = [
  { id: 'engine', title: 'Container engine', state: 'ok', message: 'Docker Engine 28.5.1 answers at unix:///var/run/docker.sock.', fixes: [] },
  disk,
  { id: 'memory', title: 'Memory', state: 'ok', message: '11.4 GB of 16 GB are free.', fixes: [] },
  { id: 'registry', title: 'Registry 127.0.0.1:5000', state: 'ok', message: 'Answers in 12 ms.', fixes: [] },
];

const withoutEngine: readonly DoctorCheck[] = [
  {
    id: 'engine',
    title: 'Container engine',
    state: 'failed',
    message: 'No container engine answers on this machine.',
    detail: 'unix:///var/run/docker.sock: connect ENOENT\nunix:///run/user/1000/podman/podman.sock: connect ENOENT',
    fixes: [
      { label: 'Start own engine', action: 'engine.start-private' },
      { label: 'Install Docker', instructions: 'On Debian and Ubuntu:', command: 'sudo apt-get install -y docker.io' },
    ],
  },
  { id: 'disk', title: 'Disk space', state: 'skipped', message: 'Needs an engine.', fixes: [] },
  { id: 'memory', title: 'Memory', state: 'ok', message: '11.4 GB of 16 GB are free.', fixes: [] },
];
