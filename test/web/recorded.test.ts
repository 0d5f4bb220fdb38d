import { expect, test } from 'vitest';
import type { SyncedPartner } from '../../src/store/partners.ts';
import { recordedSchema } from '../../src/web/action-contract.ts';
import { recordedOf } from '../../src/web/recorded.ts';
import { silent } from './world.ts';

const published = {
  rekindle_status: 'inactive',
  rekindle_root_cause: 'product_fit',
  rekindle_plan_stage: 'contacted',
  rekindle_decision: '',
  rekindle_decision_due_date: '2026-12-01',
  rekindle_next_review_date: String(Date.UTC(2026, 11, 24)),
};

function partner(changes: Partial<SyncedPartner>): SyncedPartner {
  return { ...silent, ...changes };
}

test('what people have recorded is shown in words, whatever form HubSpot gives its days', () => {
  const recorded = recordedOf(
    partner({ published, snoozedUntil: '2026-12-05', excludedBecause: 'A sister company.' }),
  );
  expect(recordedSchema.parse(recorded)).toEqual({
    snoozedUntil: '2026-12-05',
    excludedBecause: 'A sister company.',
    rootCause: { value: 'product_fit', label: 'Product does not fit' },
    planStage: { value: 'contacted', label: 'Contacted' },
    decision: null,
    decisionDueOn: '2026-12-01',
    nextReviewOn: '2026-12-24',
  });
});

test('an option that an administrator added is shown as it is, and text that is no day as none', () => {
  const recorded = recordedOf(
    partner({ published: { rekindle_root_cause: 'their_merger', rekindle_decision_due_date: 'soon' } }),
  );
  expect(recorded).toMatchObject({
    rootCause: { value: 'their_merger', label: 'their_merger' },
    decisionDueOn: null,
  });
});

test('nothing is shown where nobody has recorded anything', () => {
  expect(
    recordedOf(partner({ published: { rekindle_status: 'inactive', rekindle_decision: null } })),
  ).toBeNull();
});
