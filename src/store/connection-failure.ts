/** What a person is told when the server that DATABASE_URL names cannot be used. Never with the password. */
import { RekindleError } from '../model/errors.ts';

type Cause = { readonly says: string; readonly retryable: boolean };

const causes: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: {
    says: 'nothing listens there: start the server, or correct the host and port',
    retryable: true,
  },
  ENOENT: { says: 'there is no such socket: start the server, or correct the host', retryable: true },
  ENOTFOUND: { says: 'that host name is unknown: correct the host', retryable: false },
  EAI_AGAIN: { says: 'the host name could not be looked up: check the network', retryable: true },
  EHOSTUNREACH: { says: 'there is no way to that host: check the network', retryable: true },
  ETIMEDOUT: { says: 'it does not answer: check the network and the firewall', retryable: true },
  ECONNRESET: { says: 'it cut the connection off', retryable: true },
  '28P01': { says: 'it refuses the password: correct it', retryable: false },
  '28000': {
    says: 'it refuses this user: correct the user, or use sslmode=require if it asks for TLS',
    retryable: false,
  },
  '3D000': { says: 'there is no such database: create it, or correct the name', retryable: false },
  '42501': { says: 'this user may not create tables: grant it create on the schema', retryable: false },
  '53300': { says: 'it has no connection left: raise max_connections or end other clients', retryable: true },
  '57P03': { says: 'it is starting or stopping', retryable: true },
};

export function connectionFailure(error: unknown, where: string): unknown {
  if (error instanceof RekindleError || !(error instanceof Error)) return error;
  const cause = causeOf(error);
  return new RekindleError(`The database at ${where} (DATABASE_URL) cannot be used: ${cause.says}.`, {
    retryable: cause.retryable,
    cause: error,
  });
}

function causeOf(error: Error): Cause {
  const code = codeOf(error);
  const known = causes[code];
  if (known !== undefined) return known;
  if (/timeout/i.test(error.message)) return { says: 'it does not answer in time', retryable: true };
  return { says: error.message, retryable: false };
}

/** With these a server, or the way to it, ends connections that worked, or refuses the next one. */
const cutOff: ReadonlySet<string> = new Set([
  '57P01',
  '57P02',
  '57P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);
const statementTimeout = '57014';
/** What the driver says by itself of such a connection, without a code. */
const cutOffText =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|The database has not answered)/;

/** Whether the database went away, or took longer than whoever asked may wait. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === statementTimeout || isCutOff(error, code) || isDatabaseAway(error.cause);
}

/** For work that was under way: an error that says the database went away becomes one that says what to do; any other stays. */
export function lostConnection(error: unknown): unknown {
  if (error instanceof RekindleError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (!isCutOff(error, code)) return error;
  const said = error.message === '' ? code : error.message;
  return new RekindleError(
    `The connection to the database was lost (${said.replace(/\.$/, '')}). What was saved before stays. See that the database ` +
      'runs and can be reached; the next attempt goes on from there.',
    { retryable: true, cause: error },
  );
}

function isCutOff(error: Error, code: string): boolean {
  return cutOff.has(code) || cutOffText.test(error.message);
}

function codeOf(error: Error): string {
  // Node tries every address of a host and reports all failures together.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return first instanceof Error && 'code' in first ? String(first.code) : '';
}
