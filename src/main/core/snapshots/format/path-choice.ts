/** Whether a path is one of those chosen, or lies in a chosen directory. */
export function isWithin(path: string, chosen: readonly string[]): boolean {
  return chosen.some((one) => path === one || one === '' || path.startsWith(`${one}/`));
}

/** Whether a path is a directory on the way to one of those chosen. */
export function leadsTo(path: string, chosen: readonly string[]): boolean {
  return chosen.some((one) => path === '' || one.startsWith(`${path}/`));
}
