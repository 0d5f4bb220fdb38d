import { describe, expect, test } from 'vitest';
import { hintsOf, webhookEvent } from '../../src/hubspot/events.ts';

/** As HubSpot documents them: ids as numbers, and more fields than we read. */
const told = (event: Record<string, unknown>): string[] =>
  hintsOf(
    webhookEvent.parse({
      eventId: 1,
      subscriptionId: 7,
      portalId: 7654321,
      appId: 1234567,
      occurredAt: 1_781_000_000_000,
      attemptNumber: 0,
      changeSource: 'CRM_UI',
      ...event,
    }),
  ).map(({ type, recordId }) => `${type} ${recordId}`);

const association = { subscriptionType: 'object.associationChange', associationRemoved: false };

describe('an event says which record to read again', () => {
  test.each([
    ['a creation', { subscriptionType: 'object.creation', objectTypeId: '0-3', objectId: 201 }, ['deal 201']],
    [
      'a deletion',
      { subscriptionType: 'object.deletion', objectTypeId: '0-2', objectId: 101 },
      ['company 101'],
    ],
    [
      'a restore',
      { subscriptionType: 'object.restore', objectTypeId: '0-47', objectId: 321 },
      ['meeting 321'],
    ],
    [
      'a property',
      {
        subscriptionType: 'object.propertyChange',
        objectTypeId: '0-3',
        objectId: 201,
        propertyName: 'amount',
      },
      ['deal 201'],
    ],
    ['a type in words', { subscriptionType: 'company.propertyChange', objectId: 101 }, ['company 101']],
    ['an id as text', { subscriptionType: 'deal.creation', objectId: '201' }, ['deal 201']],
    [
      'a merge, with all its ids',
      {
        subscriptionType: 'object.merge',
        objectTypeId: '0-2',
        objectId: 900,
        primaryObjectId: 101,
        mergedObjectIds: [102],
        newObjectId: 900,
      },
      ['company 900', 'company 101', 'company 102'],
    ],
    [
      'an association of a company with a deal',
      { ...association, fromObjectTypeId: '0-2', fromObjectId: 101, toObjectTypeId: '0-3', toObjectId: 201 },
      ['deal 201'],
    ],
    [
      'the same from the other side',
      { ...association, fromObjectTypeId: '0-3', fromObjectId: 201, toObjectTypeId: '0-2', toObjectId: 101 },
      ['deal 201'],
    ],
    [
      'an association that only names its type',
      { ...association, fromObjectId: 101, toObjectId: 301, associationTypeId: 181 },
      ['call 301'],
    ],
    [
      'the same from the other side, as text',
      { ...association, fromObjectId: 301, toObjectId: 101, associationTypeId: '182' },
      ['call 301'],
    ],
    [
      'two companies',
      { ...association, fromObjectTypeId: '0-2', fromObjectId: 101, toObjectTypeId: '0-2', toObjectId: 102 },
      ['company 102'],
    ],
  ])('%s', (_, event, expected) => {
    expect(told(event)).toEqual(expected);
  });
});

describe('nothing is to be read after', () => {
  test.each([
    ['a contact', { subscriptionType: 'object.creation', objectTypeId: '0-1', objectId: 401 }],
    ['the erasure of a contact', { subscriptionType: 'contact.privacyDeletion', objectId: 401 }],
    ['a type nobody knows', { subscriptionType: 'object.creation', objectTypeId: '2-77', objectId: 1 }],
    [
      'a type that is a word of the language, not of HubSpot',
      { subscriptionType: 'object.creation', objectTypeId: 'constructor', objectId: 1 },
    ],
    [
      'such a type in an association',
      {
        ...association,
        fromObjectTypeId: '__proto__',
        fromObjectId: 1,
        toObjectTypeId: '0-2',
        toObjectId: 2,
      },
    ],
    ['a change nobody knows', { subscriptionType: 'object.telepathy', objectTypeId: '0-2', objectId: 1 }],
    ['an event without a type', { objectId: 1 }],
    ['an event without a record', { subscriptionType: 'deal.creation' }],
    ['an id that is none', { subscriptionType: 'deal.creation', objectId: 'abc' }],
    ['an id longer than any of HubSpot’s', { subscriptionType: 'deal.creation', objectId: '9'.repeat(4000) }],
    [
      'a deal and a contact',
      { ...association, fromObjectTypeId: '0-3', fromObjectId: 201, toObjectTypeId: '0-1', toObjectId: 401 },
    ],
    [
      'our own status, come back to us',
      {
        subscriptionType: 'object.propertyChange',
        objectTypeId: '0-2',
        objectId: 101,
        propertyName: 'rekindle_status',
        changeSource: 'INTEGRATION',
        sourceId: '1234567',
      },
    ],
  ])('%s', (_, event) => {
    expect(told(event)).toEqual([]);
  });
});

test('a snooze is a person’s to set, so it is read', () => {
  const event = {
    subscriptionType: 'object.propertyChange',
    objectTypeId: '0-2',
    objectId: 101,
    propertyName: 'rekindle_snoozed_until',
  };
  expect(told(event)).toEqual(['company 101']);
});
