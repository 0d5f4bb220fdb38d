import { Accordion, Flex, List, Tag, Text } from '@hubspot/ui-extensions';
import { dayInWords } from '../shared/words.ts';
import type { Recommendation } from './answer.ts';

export function Questions({ questions }: { questions: Recommendation['questions'] }) {
  return (
    <Accordion title="Questions to ask" size="xs" testId="questions">
      <List variant="unordered-styled">
        {questions.map((question) => (
          <Text key={question}>{question}</Text>
        ))}
      </List>
    </Accordion>
  );
}

/** What may be offered; what the settings do not allow is not shown. */
export function Offer({ incentive }: { incentive: NonNullable<Recommendation['incentive']> }) {
  const { title, offer, because, from, until, code, conditions } = incentive;
  return (
    <Accordion title={`Incentive: ${title}`} size="xs" testId="incentive">
      <Flex direction="column" gap="xs">
        <Text format={{ fontWeight: 'demibold' }}>{offer}</Text>
        {code === null ? null : <Tag>{code}</Tag>}
        <Text>{because}</Text>
        <List variant="unordered-styled">
          {conditions.map((condition) => (
            <Text key={condition}>{condition}</Text>
          ))}
        </List>
        <Text variant="microcopy">
          If it is offered today: {dayInWords(from)} to {dayInWords(until)}
        </Text>
      </Flex>
    </Accordion>
  );
}
