/**
 * An error that a person can act on. `message` says what is wrong and what to do; `retryable` says whether the same
 * command can succeed later without a change. Exit codes are part of the command line's contract (DESIGN.md section 8).
 */
export const exitCodes = { ok: 0, failed: 1, usage: 2, refused: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export class RekindleError extends Error {
  override readonly name: string = 'RekindleError';
  readonly exitCode: ExitCode;
  readonly retryable: boolean;

  constructor(message: string, options: { exitCode?: ExitCode; retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? exitCodes.failed;
    this.retryable = options.retryable ?? false;
  }
}

/** Wrong input from a person: an option, a file, a setting. Exit code 2. */
export class UsageError extends RekindleError {
  override readonly name = 'UsageError';
  constructor(message: string, cause?: unknown) {
    super(message, { exitCode: exitCodes.usage, ...(cause === undefined ? {} : { cause }) });
  }
}

/** A safety brake stopped the work before anything was written. Exit code 3. */
export class RefusedError extends RekindleError {
  override readonly name = 'RefusedError';
  constructor(message: string) {
    super(message, { exitCode: exitCodes.refused });
  }
}
