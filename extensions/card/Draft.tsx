import { Accordion, Alert, Button, ButtonRow, Flex, List, Text } from '@hubspot/ui-extensions';
import type { Recommendation } from './answer.ts';

type Draft = Recommendation['draft'];
type Props = { readonly draft: Draft; readonly onCopy: (text: string) => Promise<void> };

/** The message to the partner, part by part: what it says, and what it cannot say yet. */
export function DraftMessage({ draft, onCopy }: Props) {
  const { subject, body } = draft;
  return (
    <Accordion
      title={draft.ready ? `Message: “${subject}”` : `Message: not ready, ${missingInWords(draft)}`}
      size="xs"
      testId="draft"
    >
      <Flex direction="column" gap="sm">
        <Missing draft={draft} />
        <Text format={{ fontWeight: 'demibold' }}>Subject: {subject}</Text>
        <Lines text={draft.opening} />
        {draft.blocks.map((block) => (
          <Block key={block.title} block={block} />
        ))}
        <Lines text={draft.closing} />
        {body === null ? null : (
          <ButtonRow>
            <Button onClick={() => onCopy(`${subject}\n\n${body}`)} size="sm" testId="copy-draft">
              Copy the message
            </Button>
          </ButtonRow>
        )}
      </Flex>
    </Accordion>
  );
}

function missingInWords({ missing }: Draft): string {
  return missing.length === 1 ? '1 thing is missing' : `${missing.length} things are missing`;
}

function Missing({ draft }: { draft: Draft }) {
  if (draft.ready) return null;
  return (
    <Alert title="This message cannot be sent yet" variant="info">
      <List>
        {draft.missing.map((sentence) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
      </List>
    </Alert>
  );
}

function Block({ block }: { block: Draft['blocks'][number] }) {
  return (
    <Flex direction="column" gap="flush">
      <Text variant="microcopy" format={{ fontWeight: 'demibold' }}>
        {block.needed ? block.title : `${block.title} (where known)`}
      </Text>
      {block.text === null ? (
        <Text format={{ italic: true }}>{whyEmpty(block)}</Text>
      ) : (
        <Lines text={block.text} />
      )}
    </Flex>
  );
}

/** What the message needs is told above, once. */
function whyEmpty({ needed, missing }: Draft['blocks'][number]): string {
  return needed ? 'Missing: see above.' : `Left out. ${missing ?? ''}`;
}

/** Lines of a fixed text: their place is their identity, and two may be equal. */
export function Lines({ text }: { text: string }) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (
    <Flex direction="column" gap="flush">
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <Text key={index}>{line}</Text>
      ))}
    </Flex>
  );
}
