import { Alert, Button, ButtonRow, Flex, LoadingButton, Text, Tile } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { ask } from '../shared/ask.ts';
import { revokeKeyAnswer, type ApiKey } from './keys-answer.ts';

type Props = {
  readonly server: string | null;
  readonly apiKey: ApiKey;
  readonly onRevoked: () => void;
  readonly onLeave: () => void;
};

/** Revoking cannot be taken back, so it takes a second yes. */
export function ApiKeysRevoke({ server, apiKey, onRevoked, onLeave }: Props) {
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const revoke = async (): Promise<void> => {
    if (sending) return;
    setSending(true);
    const body = { id: apiKey.id };
    const outcome = await ask(
      server,
      { method: 'POST', path: '/settings/keys/revoke', body },
      revokeKeyAnswer,
    );
    setSending(false);
    if (!outcome.ok) return setTrouble(`${outcome.problem.title}. ${outcome.problem.advice}`);
    if (outcome.value.state === 'forbidden') return setTrouble(outcome.value.sentence);
    return onRevoked();
  };
  return (
    <Tile testId="revoking">
      <Flex direction="column" gap="sm">
        <Text format={{ fontWeight: 'demibold' }}>
          Revoke {apiKey.start}… “{apiKey.name}”?
        </Text>
        <Text>
          Whoever sends with it is refused at once, and it cannot be made valid again. What {apiKey.source}{' '}
          has sent stays. To change a key without a gap, create the new one first: two of a system are valid
          at once.
        </Text>
        {trouble === null ? null : (
          <Alert title="It is not known whether it was revoked" variant="danger">
            {trouble} Revoking again is safe.
          </Alert>
        )}
        <ButtonRow>
          <LoadingButton variant="destructive" loading={sending} onClick={revoke} testId="revoke-surely">
            Revoke it
          </LoadingButton>
          <Button variant="transparent" onClick={onLeave}>
            Leave it
          </Button>
        </ButtonRow>
      </Flex>
    </Tile>
  );
}
