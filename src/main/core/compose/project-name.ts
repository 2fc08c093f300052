import { Fault } from '../base/fault.ts';

/** Whether `name` may be a project's name: lower-case letters, digits, `-` and `_`, the first a letter or digit. */
export function isProjectName(name: string): boolean {
  return name !== '' && normaliseProjectName(name) === name;
}

/** The project name that a directory's name or a file's `name:` stands for; empty where nothing of it may stay. */
export function normaliseProjectName(name: string): string {
  return (name.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join('').replace(/^[_-]+/, '');
}

/** @throws Fault `project.invalid` when `name`, which a person chose, is no project name */
export function assertProjectName(name: string): void {
  if (isProjectName(name)) return;
  throw new Fault({
    code: 'project.invalid',
    message: `“${name}” is no project name.`,
    hint: 'Use lower-case letters, digits, hyphens and underscores, and begin with a letter or digit.',
  });
}
