import type { SourceLocation } from '../../shared/problem.ts';

/** `file:line:column`, as editors and terminals open it. */
export function formatLocation({ file, line, column }: SourceLocation): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}
