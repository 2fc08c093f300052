import { inject } from 'vitest';
import { run } from '../support/run.ts';

/** Runs the reference `docker compose` against the run's engine. */
export function compose(file: string, project: string, ...args: string[]): Promise<string> {
  return run(inject('composeBinary'), ['--project-name', project, '--file', file, ...args], {
    env: { PATH: '/bin', HOME: '/nonexistent', DOCKER_HOST: `unix://${inject('engineSocket')}` },
  });
}
