// Owns the words for why a file, a folder or a stream cannot be read or written.

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
  ENOSPC: 'no space is left',
};

/** The system's own name of the cause, such as `ENOENT`; undefined for what is no error of the system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

export function causeOf(error: unknown): string {
  const code = errorCode(error);
  return code === undefined ? 'for a reason that is not known' : (causes[code] ?? code);
}
