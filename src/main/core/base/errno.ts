/** Whether `error` is the file system's "no such file". */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** Whether `error` is the file system's "no such file", or says that a part of the path is no folder. */
export function isMissingPath(error: unknown): boolean {
  return isMissing(error) || codeOf(error) === 'ENOTDIR';
}

/** Whether `error` says that the disk, or the person's share of it, is full. */
export function isNoSpace(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
