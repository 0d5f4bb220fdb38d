/** What is said when the database goes away while work is under way, and of what nothing of the kind is said. */
import pg from 'pg';
import { expect, test } from 'vitest';
import { RekindleError } from '../../src/model/errors.ts';
import { lostConnection } from '../../src/store/connection-failure.ts';

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });
function reported(message: string, code: string): Error {
  const error = new pg.DatabaseError(message, message.length, 'error');
  error.code = code;
  return error;
}

test.each([
  ['the server stops', reported('terminating connection due to administrator command', '57P01')],
  ['it starts again and is not ready', reported('the database system is starting up', '57P03')],
  ['nothing listens any more, at any address', new AggregateError([coded('refused', 'ECONNREFUSED')], '')],
  ['the way to it breaks', coded('read ECONNRESET', 'ECONNRESET')],
  ['the driver finds its connection ended', new Error('Connection terminated unexpectedly')],
  ['no new connection comes about', new Error('timeout exceeded when trying to connect')],
  ['it answers no more', new Error('The database has not answered for 630 seconds. Try again later.')],
])('what to do is said, and that a repetition helps, when %s', (_, error) => {
  expect(lostConnection(error)).toMatchObject({
    name: 'RekindleError',
    retryable: true,
    message: expect.stringMatching(
      /^The connection to the database was lost \([^()]+\)\. .*next attempt/,
    ) as string,
    cause: error,
  });
});

test.each([
  ['a mistake of ours', new TypeError('Cannot read properties of undefined')],
  ['a statement that the server refuses', reported('division by zero', '22012')],
  ['what already says what to do', new RekindleError('Connection terminated by a person.')],
  ['what is no error', 'Connection terminated'],
])('%s stays what it is', (_, error) => {
  expect(lostConnection(error)).toBe(error);
});
