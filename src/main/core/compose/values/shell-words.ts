/**
 * The words of a command line that is written as one text: quotes and backslashes as a shell reads them, no
 * variables. Whatever follows an unquoted `;`, `&`, `|`, `<` or `>` is left out, as in the reference, which hands
 * words to no shell. Undefined where a quote or bracket stays open.
 *
 * Source: Compose Specification, "command"; the reference for the corner cases.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word = '';
  let started = false;
  let quote: '"' | "'" | '`' | '(' | undefined;
  let escaped = false;

  for (const character of line) {
    if (escaped) {
      word += character;
      started = true;
      escaped = false;
      continue;
    }
    if (character === '\\' && quote !== "'") {
      escaped = true;
      continue;
    }
    if (' \t\r\n'.includes(character)) {
      if (quote) {
        word += character;
      } else if (started) {
        words.push(word);
        word = '';
        started = false;
      }
      continue;
    }
    if (character === '"' && quote !== "'" && quote !== '(') {
      if (quote === '"') started = true;
      quote = quote === '"' ? undefined : '"';
      continue;
    }
    if (character === "'" && quote !== '"' && quote !== '(') {
      if (quote === "'") started = true;
      quote = quote === "'" ? undefined : "'";
      continue;
    }
    if (!quote && ';&|<>'.includes(character)) {
      if (character === '>' && /^[0-9]/.test(word)) started = false;
      break;
    }
    if (character === '`' && (!quote || quote === '`')) quote = quote ? undefined : '`';
    if (character === '(' && (!quote || quote === '(')) {
      if (quote || !word.endsWith('$')) return undefined;
      quote = '(';
      word += character;
      continue;
    }
    if (character === ')' && (!quote || quote === '(')) quote = quote ? undefined : '(';
    started = true;
    word += character;
  }
  if (escaped || quote) return undefined;
  if (started) words.push(word);
  return words;
}
