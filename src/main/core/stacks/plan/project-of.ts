import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { PlanContext } from './context.ts';

/** The project, for what can't be planned from labels alone. Raises `project.not-found` where the files are missing. */
export function projectOf({ definition }: PlanContext): Project {
  if (definition) return definition.project;
  throw new Fault({ code: 'project.not-found', message: 'The Compose files of this project are needed for this.' });
}
