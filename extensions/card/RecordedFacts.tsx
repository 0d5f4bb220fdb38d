import { DescriptionList, DescriptionListItem, Text } from '@hubspot/ui-extensions';
import { dayInWords } from '../shared/words.ts';
import type { Judged } from './answer.ts';

type Recorded = NonNullable<Judged['recorded']>;

/** What people have recorded about the partner so far; nothing where nobody has. */
export function RecordedFacts({ recorded }: { recorded: Judged['recorded'] }) {
  const lines = recorded === null ? [] : linesOf(recorded);
  if (lines.length === 0) return null;
  return (
    <DescriptionList direction="row">
      {lines.map(([label, text]) => (
        <DescriptionListItem key={label} label={label}>
          <Text>{text}</Text>
        </DescriptionListItem>
      ))}
    </DescriptionList>
  );
}

function linesOf(recorded: Recorded): (readonly [label: string, text: string])[] {
  const { excludedBecause, snoozedUntil, planStage, rootCause, nextReviewOn } = recorded;
  const lines: (readonly [string, string | null])[] = [
    ['Excluded by a person', excludedBecause],
    ['Snoozed until', snoozedUntil === null ? null : dayInWords(snoozedUntil)],
    ['Re-engagement stage', planStage?.label ?? null],
    ['Root cause', rootCause?.label ?? null],
    ['Decision', decisionText(recorded)],
    ['Next review', nextReviewOn === null ? null : dayInWords(nextReviewOn)],
  ];
  return lines.flatMap(([label, text]) => (text === null ? [] : [[label, text] as const]));
}

function decisionText({ decision, decisionDueOn }: Recorded): string | null {
  if (decision !== null) return decision.label;
  return decisionDueOn === null ? null : `Due on ${dayInWords(decisionDueOn)}; a person decides`;
}
