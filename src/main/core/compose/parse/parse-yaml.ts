import type { Diagnostics } from '../source/diagnostics.ts';
import type { Node } from '../source/node.ts';
import type { Source } from '../source/place.ts';
import { DocumentParser } from './document-parser.ts';
import { YamlError } from './reader.ts';
import { Scanner } from './scanner.ts';
import { TagHandles } from './tags.ts';

/** What YAML allows in a text; everything else is control characters, which are only ever there by accident. */
const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * The documents of a YAML text, with anchors, merge keys and tags resolved. Findings are reported; a text with errors
 * yields no documents.
 *
 * The parser is our own, for two reasons. The reference's YAML is neither 1.1 nor 1.2 but what its parser makes of
 * both, and a file must mean the same here; and loading has to be fast for hundreds of services, with the place of
 * every value at hand, which the common libraries are not.
 */
export function parseYaml(source: Source, diagnostics: Diagnostics): Node[] {
  const accident = forbidden.exec(source.text);
  if (accident) {
    const code = (accident[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    diagnostics.error({ source, offset: accident.index }, `The file contains the control character U+${code}.`);
    return [];
  }
  const errorsBefore = diagnostics.errorCount;
  const nodes: Node[] = [];
  try {
    const scanner = new Scanner(source.text);
    while (scanner.peek().kind !== 'stream-end') {
      const node = readDocument(scanner, source, diagnostics);
      if (node) nodes.push(node);
    }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    diagnostics.error({ source, offset: error.offset }, error.message);
  }
  return diagnostics.errorCount > errorsBefore ? [] : nodes;
}

function readDocument(scanner: Scanner, source: Source, diagnostics: Diagnostics): Node | undefined {
  while (scanner.peek().kind === 'document-end') scanner.take();
  if (scanner.peek().kind === 'stream-end') return undefined;
  const handles = new TagHandles();
  const first = scanner.peek();
  while (scanner.peek().kind === 'directive') handles.declare(scanner.take().text);
  if (scanner.peek().kind === 'document-start') scanner.take();
  else if (first.kind === 'directive') throw new YamlError(scanner.peek().offset, 'A document “---” must follow directives.');
  const node = new DocumentParser(scanner, source, diagnostics, handles).document();
  const after = scanner.peek();
  if (!['document-start', 'document-end', 'stream-end', 'directive'].includes(after.kind)) {
    throw new YamlError(after.offset, 'The indentation fits nothing before it.');
  }
  return node;
}
