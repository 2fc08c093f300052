const colors = ['blue', 'teal', 'grape', 'orange', 'cyan', 'pink', 'lime', 'violet', 'yellow', 'indigo'] as const;

/** A colour of Mantine's that stays the same for a service's name. */
export function serviceColor(service: string): string {
  let hash = 0;
  for (const letter of service) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return colors[hash % colors.length] ?? 'blue';
}
