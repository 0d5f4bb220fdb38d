import { Text, Toggle } from '@hubspot/ui-extensions';
import type { Edit } from './edit.ts';
import { Fields, NamesField, PercentField } from './fields.tsx';
import { Part } from './Part.tsx';

/** Who is left alone, so that what re-engaging brings can be measured. */
export function HoldOut({ edit }: { edit: Edit }) {
  const { holdOut } = edit.settings;
  const set = (changes: Partial<typeof holdOut>): void =>
    edit.change({ holdOut: { ...holdOut, ...changes } });
  return (
    <Part title="Hold-out">
      <Text>
        A share of the partners is left alone for 90 days when a spell of inactivity opens: no play is
        recommended, nobody has them on their list, and workflows that ask for the property pass them by. How
        many of them come back tells what would have come anyway. What is changed here counts for spells that
        open from then on; one in ten is usual, and zero turns it off.
      </Text>
      <Fields>
        <PercentField
          label="Partners left alone"
          name="hold-out-share"
          description="At most 50. With few partners it takes a year or more until an effect shows."
          readOnly={edit.readOnly}
          share={holdOut.share}
          onChange={(share) => set({ share })}
        />
        {holdOut.share === 0 ? null : (
          <>
            <NamesField
              label="Never partners of these tiers"
              name="hold-out-tiers"
              description="With commas between them."
              readOnly={edit.readOnly}
              values={holdOut.exemptTiers}
              onChange={(exemptTiers) => set({ exemptTiers })}
            />
            <NamesField
              label="Never these companies"
              name="hold-out-partners"
              description="Their HubSpot record ids, with commas between them."
              readOnly={edit.readOnly}
              values={holdOut.exemptPartnerIds}
              onChange={(exemptPartnerIds) => set({ exemptPartnerIds })}
            />
          </>
        )}
      </Fields>
      {holdOut.share === 0 ? null : (
        <Toggle
          label="Never partners of high potential"
          name="hold-out-high-potential"
          testId="hold-out-high-potential"
          checked={holdOut.exemptHighPotential}
          readonly={edit.readOnly}
          onChange={(exemptHighPotential) => set({ exemptHighPotential })}
        />
      )}
    </Part>
  );
}
