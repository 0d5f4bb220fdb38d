import { Flex, List, Text } from '@hubspot/ui-extensions';
import { dayInWords } from '../shared/words.ts';
import type { Advice } from './answer.ts';

/** What to do, by whom and by when. */
export function Steps({ steps }: { steps: Advice['steps'] }) {
  return (
    <List variant="ordered-styled">
      {steps.map(({ text, owner, due }) => (
        <Flex key={text} direction="column" gap="flush">
          <Text>{text}</Text>
          <Text variant="microcopy">
            {owner ?? 'Nobody yet: give the company an owner'}, by {dayInWords(due)}
          </Text>
        </Flex>
      ))}
    </List>
  );
}

export function Because({ because }: { because: Advice['because'] }) {
  return (
    <Flex direction="column" gap="flush">
      {because.map((sentence) => (
        <Text key={sentence}>{sentence}</Text>
      ))}
    </Flex>
  );
}
