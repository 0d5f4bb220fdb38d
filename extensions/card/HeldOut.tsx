import { Alert, Button, Flex, Text } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { dayInWords } from '../shared/words.ts';
import { ActionOutcome } from './ActionOutcome.tsx';
import { ActionFields } from './Actions.tsx';
import type { Judged } from './answer.ts';
import { useAction } from './use-action.ts';

type Props = {
  readonly holdOut: NonNullable<Judged['holdOut']>;
  readonly server: string | null;
  readonly companyId: string;
  readonly mayAct: boolean;
  readonly onDone: (sentence: string, changed: boolean) => void;
};

/** In place of the recommended step: the partner is left alone on purpose. Who wants to act all the same reads first what follows. */
export function HeldOut({ holdOut, server, companyId, mayAct, onDone }: Props) {
  const [open, setOpen] = useState(false);
  const { action, send, clear } = useAction(server, companyId, (sentence, changed) => {
    setOpen(false);
    onDone(sentence, changed);
  });
  const show = (shown: boolean): void => {
    clear();
    setOpen(shown);
  };
  const title = `Held out until ${dayInWords(holdOut.until)} to measure what re-engaging brings`;
  return (
    <Flex direction="column" gap="sm">
      <Alert title={title} variant="info">
        {holdOut.sentence}
      </Alert>
      {mayAct ? (
        <>
          <Text variant="microcopy">{holdOut.consequences}</Text>
          {open ? (
            <ActionFields
              name="act_anyway"
              action={action}
              onSend={(filled) => send('act_anyway', filled)}
              onCancel={() => show(false)}
            />
          ) : (
            <Flex direction="row">
              <Button size="sm" variant="secondary" onClick={() => show(true)} testId="do-act_anyway">
                Act anyway
              </Button>
            </Flex>
          )}
          <ActionOutcome action={action} />
        </>
      ) : null}
    </Flex>
  );
}
