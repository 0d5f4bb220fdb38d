import { Alert, DescriptionList, DescriptionListItem, List, Text } from '@hubspot/ui-extensions';
import { dayInWords } from '../shared/words.ts';
import type { Judged } from './answer.ts';

export function Facts({ partner }: { partner: Judged }) {
  const { lastActivity, expectedInactiveDay, rhythm } = partner;
  return (
    <DescriptionList direction="row">
      <DescriptionListItem label="Last activity">
        <Text>
          {lastActivity === null
            ? 'None on record'
            : `${lastActivity.label}, ${dayInWords(lastActivity.day)}`}
        </Text>
      </DescriptionListItem>
      {rhythm === null ? null : (
        <DescriptionListItem label="Own rhythm">
          <Text>{rhythm.evidence}</Text>
          <Text variant="microcopy">{rhythm.outlook}</Text>
        </DescriptionListItem>
      )}
      {expectedInactiveDay === null ? null : (
        <DescriptionListItem label="If the silence goes on">
          <Text>Inactive on {dayInWords(expectedInactiveDay)}</Text>
        </DescriptionListItem>
      )}
    </DescriptionList>
  );
}

export function Unknowns({ unknowns }: { unknowns: readonly string[] }) {
  if (unknowns.length === 0) return null;
  return (
    <Alert title="What Rekindle cannot see" variant="info">
      <List>
        {unknowns.map((sentence) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
      </List>
    </Alert>
  );
}
