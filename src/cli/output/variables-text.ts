import type { DocumentVariable } from '../../main/core/compose/interpolate/document-variables.ts';
import { table } from './terminal.ts';

/** What `config --variables` prints: the columns and keys of `docker compose config --variables`. */
export function variablesText(variables: readonly DocumentVariable[], json: boolean): string {
  if (!json) {
    const rows = variables.map(({ name, required, defaultValue, presenceValue }) => [name, String(required), defaultValue, presenceValue]);
    return table(['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'], rows);
  }
  const byName = variables.map(({ name, required, defaultValue, presenceValue }) => [
    name,
    { Name: name, DefaultValue: defaultValue, PresenceValue: presenceValue, Required: required },
  ]);
  return `${JSON.stringify(Object.fromEntries(byName), null, 4)}\n`;
}
