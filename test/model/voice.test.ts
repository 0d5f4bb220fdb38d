import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { presets } from '../../src/assess/presets.ts';
import { settingsSchema } from '../../src/model/settings.ts';
import { hasMergeField, silentVoice, voiceSchema } from '../../src/model/voice.ts';

describe('what the programme says of itself', () => {
  test('is empty in settings that were stored before it existed, and they are read as before', () => {
    const { programme: _programme, mapping, ...older } = presets.reseller;
    const { individualRateProperty: _property, ...olderMapping } = mapping;
    expect(settingsSchema.parse({ ...older, mapping: olderMapping })).toEqual(presets.reseller);
    expect(presets.reseller.programme).toEqual(silentVoice);
  });

  test('may be filled in piece by piece', () => {
    expect(voiceSchema.parse({ name: ' Alder Tools ' })).toEqual({ ...silentVoice, name: 'Alder Tools' });
    expect(voiceSchema.parse({ currentOffers: [{ title: 'Free delivery' }] }).currentOffers).toEqual([
      { title: 'Free delivery', until: null },
    ]);
  });

  test.each([
    [{ sellingPoint: 'Dear {{contact.firstname}}' }, 'write plain text'],
    [{ currentOffers: [{ title: 'For %NAME%' }] }, 'write plain text'],
    [{ currentOffers: [{ title: '' }] }, 'write what the offer is'],
    [{ currentOffers: [{ title: 'Sale', until: '2026-02-30' }] }, 'write a day that exists'],
    [
      { upcomingOffers: [{ title: 'Sale', from: '2026-03-02', until: '2026-03-01' }] },
      'must not be before the offer begins',
    ],
    [{ feedback: 'http://forms.example' }, 'begins with https://'],
    [{ feedback: 'ask Ada' }, 'write an email address'],
    [{ feedback: 'https://forms.example/{{id}}' }, 'write an email address'],
    [incentive({ worth: { in: 'percent', percent: '101' } }), 'at most 100'],
    [incentive({ worth: { in: 'percent', percent: '0' } }), 'more than 0'],
    [incentive({ worth: { in: 'money', amount: '50,00', currency: 'EUR' } }), 'write an amount such as'],
    [incentive({ worth: { in: 'money', amount: '50', currency: 'euro' } }), 'write a currency such as EUR'],
    [incentive({ daysValid: 366 }), 'at most 365 days'],
    [{ incentives: [...incentive().incentives, ...incentive().incentives] }, 'each kind of incentive once'],
    [incentive({ kind: 'exclusive_voucher' }), 'codePrefix'],
  ])('is refused as %j, with what to write instead', (voice, message) => {
    const parsed = settingsSchema.safeParse({ ...presets.reseller, programme: voice });
    expect(parsed.success ? '' : z.prettifyError(parsed.error)).toContain(message);
  });

  test.each(['feedback@alder.example', 'https://forms.example/why?from=mail', ''])(
    'takes “%s” as an address for feedback',
    (feedback) => {
      expect(voiceSchema.parse({ feedback }).feedback).toBe(feedback);
    },
  );
});

function incentive(changes: object = {}): { incentives: object[] } {
  const worth = { in: 'percent', percent: '2' };
  return { incentives: [{ kind: 'first_sale_bonus', worth, daysValid: 30, ...changes }] };
}

test.each([
  ['Hello {{first_name}}', true],
  ['Hello {name}', true],
  ['Hello [[name]]', true],
  ['Hello %FIRST_NAME%', true],
  ['Hello *|FNAME|*', true],
  ['20 % off saws, 5%-10% off drills', false],
  ['[New] saws at 20 % off: see A|B', false],
])('a merge field is seen where there is one: %s', (text, is) => {
  expect(hasMergeField(text)).toBe(is);
});
