/**
 * The log: one JSON object a line. What must never be in it (secrets, tokens, email addresses, query strings) is
 * removed twice: by name where a field is known, and by shape in the finished line, whoever wrote it.
 */
import pino from 'pino';
import { UsageError } from '../model/errors.ts';
import { withoutTokens } from '../model/secrets.ts';

/** What the house needs of a logger; pino's own type fits it. */
export type Logger = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

const secretFields = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'clientSecret',
  'password',
  'email',
  'userEmail',
  'signature',
  'body',
  'rawBody',
  // PostgreSQL quotes whole rows in these.
  'detail',
  'where',
];

/** Shapes of personal data inside any text. */
const personalShapes: readonly (readonly [shape: RegExp, replacement: string])[] = [
  // hubspot.fetch puts the user's address into the query (hubspot-platform.md 6.6), so that no query is ever logged.
  [/((?:https?:\/|^|[\s"'(=])\/[^\s"'?]*)\?[^\s"']*/gi, '$1?[query]'],
  [/[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi, '[email]'],
];

/** `text` without the shapes of secrets and personal data. */
export function withoutSecrets(text: string): string {
  return personalShapes.reduce(
    (rest, [shape, replacement]) => rest.replaceAll(shape, replacement),
    withoutTokens(text),
  );
}

/** A finished line, as JSON again: in the escaped text a secret could hide behind the n of a line break. */
function redactLine(line: string): string {
  return `${JSON.stringify(redactValue(JSON.parse(line)))}\n`;
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [withoutSecrets(key), redactValue(inner)]),
  );
}

/**
 * A logger that writes to `destination`, by default synchronously to standard error, where it cannot mix with the
 * `--json` answers on standard output and loses nothing when the process ends.
 *
 * Throws UsageError when `level` is not one of pino's levels or `silent`.
 */
export function createLogger(options: { level: string; destination?: pino.DestinationStream }): pino.Logger {
  const levels = [...Object.values(pino.levels.labels), 'silent'];
  if (!levels.includes(options.level)) {
    throw new UsageError(`The log level "${options.level}" does not exist. Use one of ${levels.join(', ')}.`);
  }
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
      hooks: { streamWrite: redactLine },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
