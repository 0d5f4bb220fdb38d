import { RekindleError, UsageError } from '../model/errors.ts';

const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: check the path',
  ENOTDIR: 'does not exist: a part of its path is a file',
  EISDIR: 'is a directory: name a file',
  EACCES: 'may not be read by this user: check its permissions',
  EPERM: 'may not be read by this user: check its permissions',
};

/** A failed file operation as a sentence for the person who named the file; errors already explained pass through. */
export function explainFileError(error: unknown, file: string): RekindleError {
  if (error instanceof RekindleError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new UsageError(`${file} ${explanations[code ?? ''] ?? `cannot be read: ${message}`}.`, error);
}
