import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Service } from '../../compose/project.ts';
import type { WatchRule } from '../../compose/develop.ts';
import { type IgnoreRules, parseDockerIgnore } from '../build/docker-ignore.ts';

/** Which of the files below a watch rule's path it is about. */
export interface WatchedPaths {
  /** Absolute. */
  readonly root: string;
  /** A file at or below `root` that the rule is about. */
  readonly matches: (file: string) => boolean;
  /** A directory at or below `root` that holds nothing the rule is about: it need not be watched. */
  readonly skips: (directory: string) => boolean;
}

/**
 * Never of interest, wherever they are: version control's own files, and what editors write beside a file that they
 * save (swap files, backups, lock links, the probe `4913` of vim, passing copies of JetBrains editors and of kate).
 */
const passing = parseDockerIgnore(
  ['**/.git', '**/.idea', '**/*~', '**/.#*', '**/#*#', '**/.*.sw?', '**/4913', '**/*___jb_tmp___', '**/*___jb_old___', '**/*.kate-swp', '**/.DS_Store'].join('\n'),
);

/**
 * Reads what a rule watches and leaves out: its own `ignore` and `include` (patterns as in a `.dockerignore`, from its
 * path), the `.dockerignore` of the service's build context, and what editors and version control write.
 */
export async function watchedPaths(rule: WatchRule, service: Service): Promise<WatchedPaths> {
  const own = scoped(rule.path, parseDockerIgnore((rule.ignore ?? []).join('\n')));
  const included = rule.include && rule.include.length > 0 ? scoped(rule.path, parseDockerIgnore(rule.include.join('\n'))) : undefined;
  const context = await contextRules(service);
  const everywhere = scoped(rule.path, passing);
  const ignoring = [own, everywhere, ...(context ? [context] : [])];
  return {
    root: rule.path,
    matches: (file) => isWithin(rule.path, file) && !ignoring.some(({ ignored }) => ignored(file)) && (included?.ignored(file) ?? true),
    skips: (directory) => ignoring.some(({ ignored, hasExceptions }) => !hasExceptions && ignored(directory)),
  };
}

/** Whether `file` is `directory` or lies below it. */
export function isWithin(directory: string, file: string): boolean {
  return file === directory || file.startsWith(directory.endsWith(path.sep) ? directory : `${directory}${path.sep}`);
}

interface ScopedRules {
  readonly ignored: (file: string) => boolean;
  readonly hasExceptions: boolean;
}

/** Rules for paths relative to `directory`, asked about absolute ones. What lies elsewhere is not ignored. */
function scoped(directory: string, { ignored, hasExceptions }: IgnoreRules): ScopedRules {
  return {
    hasExceptions,
    ignored: (file) => isWithin(directory, file) && file !== directory && ignored(path.relative(directory, file).split(path.sep).join('/')),
  };
}

async function contextRules({ build }: Service): Promise<ScopedRules | undefined> {
  const context = build?.context;
  if (context === undefined || !path.isAbsolute(context)) return undefined;
  const dockerfile = path.resolve(context, build?.dockerfile ?? 'Dockerfile');
  for (const file of [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')]) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return scoped(context, parseDockerIgnore(text));
  }
  return undefined;
}
