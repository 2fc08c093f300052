import { parseImageReference } from '../../base/image-reference.ts';
import { fillIn, globalArguments } from './base-images.ts';

/**
 * A Dockerfile in which `FROM`, `COPY --from` and `RUN --mount=from` take other images by the names given: what named
 * contexts mean, for builders that don't know them. Lines stay where they are. Names count as BuildKit compares them:
 * without regard to capitals, and as images with their defaults. Texts inside here-documents are left alone.
 */
export function replaceImages(dockerfile: string, images: ReadonlyMap<string, string>, args: Readonly<Record<string, string>>): string {
  if (images.size === 0) return dockerfile;
  const byName = new Map([...images].map(([name, image]) => [canonical(name), image] as const));
  const values = globalArguments(dockerfile, args);
  const imageFor = (written: string): string | undefined => byName.get(canonical(fillIn(written.replaceAll(/^["']|["']$/g, ''), values)));
  let keyword = '';
  let fromIsNamed = false;
  let here: string | undefined;
  const lines = dockerfile.split('\n').map((line) => {
    if (here !== undefined) {
      if (line.trim() === here) here = undefined;
      return line;
    }
    if (/^\s*(?:#|$)/.test(line)) return line;
    if (keyword === '') {
      keyword = /^\s*(\w+)/.exec(line)?.[1]?.toUpperCase() ?? '';
      fromIsNamed = false;
    }
    const replaced = replaceIn(line, keyword, fromIsNamed, imageFor);
    if (keyword === 'FROM') fromIsNamed = true;
    if (!/\\[ \t\r]*$/.test(line)) {
      here = keyword === 'RUN' || keyword === 'COPY' ? /<<-?["']?(\w+)["']?/.exec(line)?.[1] : undefined;
      keyword = '';
    }
    return replaced;
  });
  return lines.join('\n');
}

function replaceIn(line: string, keyword: string, fromIsNamed: boolean, imageFor: (written: string) => string | undefined): string {
  const put = (whole: string, before: string, name: string): string => {
    const image = imageFor(name);
    return image === undefined ? whole : before + image;
  };
  if (keyword === 'FROM') return fromIsNamed ? line : line.replace(/^(\s*FROM\s+(?:--\S+\s+)*)(\S+)/i, put);
  if (keyword === 'COPY') return line.replace(/(\s--from=)(\S+)/, put);
  if (keyword === 'RUN') return line.replaceAll(/(\s--mount=(?:[^\s,]+,)*from=)([^\s,]+)/g, put);
  return line;
}

function canonical(name: string): string {
  try {
    const { registry, repository, tag = '', digest = '' } = parseImageReference(name.toLowerCase());
    return `${registry}/${repository}:${tag}@${digest}`;
  } catch {
    return name.toLowerCase();
  }
}
