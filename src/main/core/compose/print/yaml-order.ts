/**
 * Order of keys in the reference's YAML: numbers inside keys count as numbers, so `web2` comes before `web10`; letters
 * come after other characters, except directly after digits.
 */
export function compareKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  let afterDigit = false;
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one === other) {
      afterDigit = isDigit(one);
      continue;
    }
    const letters = [isLetter(one), isLetter(other)];
    if (letters[0] && letters[1]) return codePoint(one) - codePoint(other);
    if (letters[0] || letters[1]) return letters[0] === afterDigit ? -1 : 1;
    return compareNumbers(left, right, index);
  }
  return left.length - right.length;
}

function compareNumbers(left: readonly string[], right: readonly string[], index: number): number {
  const [one = '', other = ''] = [left[index], right[index]];
  // A zero that continues a number counts by its place; a leading one does not.
  const carried = one === '0' || other === '0' ? continuesNumber(left, index) : '';
  const [a, b] = [digitsFrom(left, index), digitsFrom(right, index)];
  const [first, second] = [BigInt(`0${carried}${a}`), BigInt(`0${carried}${b}`)];
  if (first !== second) return first < second ? -1 : 1;
  return a.length - b.length || codePoint(one) - codePoint(other);
}

function continuesNumber(characters: readonly string[], index: number): '1' | '' {
  for (let before = index - 1; before >= 0 && isDigit(characters[before] ?? ''); before -= 1) {
    if (characters[before] !== '0') return '1';
  }
  return '';
}

function digitsFrom(characters: readonly string[], index: number): string {
  let end = index;
  while (/^[0-9]$/.test(characters[end] ?? '')) end += 1;
  return characters.slice(index, end).join('');
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character);
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
