import type { RehearsalReport } from './rehearsal.ts';

/** A rehearsal's report as a document to hand on. */
export function rehearsalMarkdown(report: RehearsalReport): string {
  const { environmentName, verdict, startedAt, durationMs, problem, checks, services, images, phases, dataVersions, logs, warnings, kept } = report;
  const sections = [
    `# Rehearsal of ${environmentName}: ${verdict === 'works' ? 'it works' : 'it fails'}`,
    `${startedAt}, ${seconds(durationMs)} in all (${phases.map(({ name, durationMs: ms }) => `${name} ${seconds(ms)}`).join(', ')}). Run on a copy; the original was not touched.`,
    kept === undefined ? '' : `The copy was kept as “${kept}”.`,
    problem ? `**${problem.message}** (\`${problem.code}\`)${problem.hint ? `\n\n${problem.hint}` : ''}${problem.detail ? `\n\n${fenced(problem.detail)}` : ''}` : '',
    section('Images', rows(['Service', 'Image', 'Before', 'Now'], images.map((one) => [one.service, one.image, one.before ?? '—', one.after]))),
    section('Services', rows(['Service', 'State', 'Detail'], services.map(({ name, state, detail = '' }) => [name, state, detail]))),
    section('Checks', rows(['Check', 'State', 'What was got'], (checks?.results ?? []).map(({ name, state, problem: why }) => [name, state, why?.message ?? '']))),
    section('Data', rows(['Service', 'Product', 'Path', 'Before', 'After'], dataVersions.map((one) => [one.service, one.product, one.path, one.before ?? '—', one.after ?? '—']))),
    section('Warnings', warnings.map((warning) => `- ${warning}`).join('\n')),
    ...logs.map(({ service, lines }) => section(`Log of ${service}`, fenced(lines.join('\n')))),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, content: string): string {
  return content === '' ? '' : `## ${title}\n\n${content}`;
}

function rows(header: readonly string[], lines: readonly (readonly string[])[]): string {
  if (lines.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...lines.map(line)].join('\n');
}

/** A fence that no line of the text can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
