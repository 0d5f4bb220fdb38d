/** Who may change the settings: the server's list, super admins as far as HubSpot tells, and nobody in doubt. */
import { beforeEach, describe, expect, test } from 'vitest';
import { MissingScopeError, UnavailableError } from '../../src/hubspot/errors.ts';
import type { PortalUser } from '../../src/hubspot/hubspot.ts';
import { checkAccess, type Access, type AccessCheck } from '../../src/web/access.ts';
import { createLogger } from '../../src/web/log.ts';

const ada = { userId: '77', email: 'ada@example.com' };
const start = Date.UTC(2026, 10, 25);

let now = start;
let asked: string[] = [];
let answer: () => Promise<PortalUser | null>;
beforeEach(() => {
  now = start;
  asked = [];
  answer = async () => user({});
});

function user(changes: Partial<PortalUser>): PortalUser {
  return { id: '77', email: 'ada@example.com', superAdmin: false, ...changes };
}

function check(...admins: string[]): AccessCheck {
  return checkAccess({
    admins,
    hubspot: {
      readUser: (userId) => {
        asked.push(userId);
        return answer();
      },
    },
    log: createLogger({ level: 'silent' }),
    clock: () => now,
  });
}

test.each([
  ['user id', '77'],
  ['email address', 'Ada@Example.com'],
])('whoever is on the list by %s may, and HubSpot is not asked', async (_, admin) => {
  expect(await check('78', admin)(ada)).toMatchObject({ mayChange: true });
  expect(asked).toEqual([]);
});

test('a super admin may', async () => {
  answer = async () => user({ superAdmin: true });
  expect(await check()(ada)).toEqual({
    mayChange: true,
    sentence: 'You may change these settings as a super admin of this HubSpot account.',
    doubt: null,
  });
});

test.each<[string, () => Promise<PortalUser | null>, RegExp]>([
  ['somebody else of the account', async () => user({}), /neither on the server’s list.*nor a super admin/],
  ['a user whom HubSpot does not know', async () => null, /neither on the server’s list/],
  [
    'a super admin of another address than the request’s',
    async () => user({ superAdmin: true, email: 'eve@example.com' }),
    /under another address than yours/,
  ],
  [
    'anybody while the scope is missing',
    async () => {
      throw new MissingScopeError({
        route: 'GET /settings/users/2026-03/{userId}',
        status: 403,
        message: 'no',
        category: null,
        correlationId: null,
        policyName: null,
        scopes: [],
      });
    },
    /lacks the scope settings\.users\.read/,
  ],
  [
    'anybody while HubSpot is away',
    async () => {
      throw new UnavailableError('503', null);
    },
    /reload in a minute/,
  ],
  [
    'anybody when the reading fails in a way nobody thought of',
    async () => {
      throw new TypeError('x is not a function');
    },
    /did not say whether you are a super admin/,
  ],
])('%s may not, and is told why and what to do', async (_, given, why) => {
  answer = given;
  const { mayChange, sentence } = await check('78', 'admin@example.com')(ada);
  expect(mayChange).toBe(false);
  expect(sentence).toMatch(why);
  expect(sentence).toContain('add your HubSpot user id 77 to REKINDLE_SETTINGS_ADMINS');
});

describe('what HubSpot said', () => {
  test('is asked once in five minutes, also by many requests at once', async () => {
    answer = async () => user({ superAdmin: true });
    const access = check();
    await Promise.all([access(ada), access(ada)]);
    now += 4 * 60_000;
    expect(await access(ada)).toMatchObject({ mayChange: true });
    expect(asked).toEqual(['77']);
    answer = async () => user({ superAdmin: false });
    now += 60_001;
    expect(await access(ada)).toMatchObject({ mayChange: false });
    expect(asked).toEqual(['77', '77']);
  });

  test('is not taken for what it says of somebody else', async () => {
    answer = async () => user({ superAdmin: true });
    const access = check();
    await access(ada);
    answer = async () => user({ id: '78', email: 'ben@example.com' });
    expect(await access({ userId: '78', email: 'ben@example.com' })).toMatchObject({ mayChange: false });
  });

  test('that it said nothing is forgotten after half a minute', async () => {
    answer = async () => {
      throw new UnavailableError('503', null);
    };
    const access = check();
    expect(await access(ada)).toMatchObject({ mayChange: false });
    answer = async () => user({ superAdmin: true });
    expect(await access(ada)).toMatchObject({ mayChange: false });
    now += 30_001;
    expect(await access(ada)).toMatchObject({ mayChange: true });
  });

  test('is not kept longer because the clock was set back', async () => {
    answer = async () => user({ superAdmin: true });
    const access = check();
    await access(ada);
    answer = async () => user({});
    now -= 3_600_000;
    expect(await access(ada)).toMatchObject({ mayChange: false });
  });

  test('too late counts for the next request', async () => {
    const { promise, resolve } = Promise.withResolvers<PortalUser>();
    answer = () => promise;
    const access = check();
    const first: Access = await access(ada);
    expect(first).toMatchObject({ mayChange: false });
    expect(first.sentence).toContain('did not say in time');
    resolve(user({ superAdmin: true }));
    expect(await access(ada)).toMatchObject({ mayChange: true });
    expect(asked).toEqual(['77']);
  });
});
