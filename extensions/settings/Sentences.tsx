import { List, Text } from '@hubspot/ui-extensions';

export function Sentences({ sentences }: { sentences: readonly string[] }) {
  return (
    <List>
      {sentences.map((sentence) => (
        <Text key={sentence}>{sentence}</Text>
      ))}
    </List>
  );
}
