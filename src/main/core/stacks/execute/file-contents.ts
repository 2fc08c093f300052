import { PassThrough } from 'node:stream';
import { type Pack, pack } from 'tar-stream';
import { Fault } from '../../base/fault.ts';
import type { FileObject, FileReference } from '../../compose/project.ts';
import { fileTarget } from '../container/mounts.ts';
import type { Execution } from './execution.ts';

interface Content {
  readonly target: string;
  readonly text: string;
  readonly reference: FileReference;
}

/** Copies secrets and configs that are given as text or taken from a variable into a container, as before each start. */
export async function writeFileContents(execution: Execution, serviceName: string, containerId: string, signal: AbortSignal): Promise<void> {
  const service = execution.service(serviceName);
  const { project, environment } = execution.definition;
  const contents = [
    ...(service.secrets ?? []).flatMap((reference) => contentOf(reference, project.secrets?.[reference.source ?? ''], '/run/secrets/', environment)),
    ...(service.configs ?? []).flatMap((reference) => contentOf(reference, project.configs?.[reference.source ?? ''], '/', environment)),
  ];
  if (contents.length === 0) return;
  if (service.read_only) throw readOnly(serviceName);
  const tar = pack();
  for (const content of contents) addEntry(tar, content);
  tar.finalize();
  await execution.engine.containers.writeArchive(containerId, '/', tar.pipe(new PassThrough()), { signal });
}

function contentOf(
  reference: FileReference,
  object: FileObject | undefined,
  directory: string,
  environment: Readonly<Record<string, string>>,
): Content[] {
  const text = object?.content ?? (object?.environment === undefined ? undefined : environment[object.environment]);
  if (object?.environment !== undefined && text === undefined) throw unset(object.environment, reference.source ?? '');
  return text === undefined || text === '' ? [] : [{ target: fileTarget(reference, directory), text, reference }];
}

function addEntry(tar: Pack, { target, text, reference }: Content): void {
  const { mode = '0444', uid, gid } = reference;
  tar.entry({ name: target.replace(/^\/+/, ''), mode: Number.parseInt(mode, 8), uid: Number(uid ?? 0), gid: Number(gid ?? 0), mtime: new Date() }, text);
}

function readOnly(service: string): Fault {
  return new Fault({
    code: 'plan.unsupported',
    message: `Service ${service} is read-only, so secrets and configs can't be copied into it.`,
    hint: 'Give them as files, or take read_only away.',
    data: { service },
  });
}

function unset(variable: string, source: string): Fault {
  return new Fault({
    code: 'project.value-missing',
    message: `The variable ${variable}, which ${source} takes its content from, is not set.`,
    hint: `Give the environment a value for ${variable}.`,
    data: { variable },
  });
}
