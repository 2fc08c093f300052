import type { Reader } from './reader.ts';

const anchorCharacter = /[0-9A-Za-z_-]/;
const afterAnchor = new Set('?:,]}%@`');

/** The name after `&` or `*`; the reader is at that. */
export function scanAnchor(reader: Reader): string {
  const start = reader.at;
  reader.skip();
  while (anchorCharacter.test(reader.text[reader.at] ?? '')) reader.skip();
  const name = reader.text.slice(start + 1, reader.at);
  if (name === '' || !(reader.isBlankOrEnd() || afterAnchor.has(reader.text[reader.at] ?? ''))) {
    reader.fail('The name of an anchor has only letters, digits, “_” and “-”; put a text that begins with it in quotes.', start);
  }
  return name;
}

/** A tag, as written: `!name`, `!!name`, `!handle!name` or `!<uri>`. */
export function scanTag(reader: Reader): string {
  const start = reader.at;
  reader.skip();
  if (reader.is('<')) {
    const end = reader.text.indexOf('>', start);
    if (end < 0 || /\s/.test(reader.text.slice(start, end))) reader.fail('A tag “!<…>” is not closed.', start);
    reader.skip(end + 1 - reader.at);
  } else {
    while (/[\w\-;/?:@&=+$.!~*'()%]/.test(reader.text[reader.at] ?? '')) reader.skip();
  }
  if (!reader.isBlankOrEnd() && !reader.is(',')) reader.fail('A space must follow a tag.', start);
  return reader.text.slice(start, reader.at);
}

/** A directive with its parameters: `%YAML 1.2` or `%TAG !handle! prefix`. */
export function scanDirective(reader: Reader): string {
  const start = reader.at;
  reader.skipRestOfLine();
  const [directive = ''] = reader.text.slice(start, reader.at).split(/\s#/, 1);
  if (!/^%(?:YAML +\d+\.\d+|TAG +!(?:[\w-]*!)? +\S+)\s*$/.test(directive)) {
    reader.fail('A line that begins with “%” is a directive of YAML; only %YAML and %TAG are known.', start);
  }
  if (!reader.atEnd) reader.takeBreak();
  return directive.trimEnd();
}
