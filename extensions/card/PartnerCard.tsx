import { Button, EmptyState, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ExtensionPointApi } from '@hubspot/ui-extensions';
import { serverOf } from '../shared/ask.ts';
import { copyText } from '../shared/copy.ts';
import { ProblemState } from '../shared/ProblemState.tsx';
import { useCard } from './use-card.ts';
import { Verdict } from './Verdict.tsx';

type Props = Pick<ExtensionPointApi<'crm.record.tab'>, 'context' | 'actions'>;

/** The tab on a company record: is this partner going quiet, why, and what to do next. */
export function PartnerCard({ context, actions }: Props) {
  const { card, refresh } = useCard(serverOf(context), String(context.crm.objectId));

  const announceTask = (sentence: string, created: boolean): void => {
    actions.addAlert({
      type: created ? 'success' : 'info',
      title: created ? 'Task created' : 'The task was there already',
      message: sentence,
    });
    actions.refreshObjectProperties();
    refresh();
  };

  const announceAction = (sentence: string, changed: boolean): void => {
    actions.addAlert({ type: changed ? 'success' : 'info', message: sentence });
    actions.refreshObjectProperties();
    refresh();
  };

  const copy = (text: string): Promise<void> =>
    copyText(actions, text, {
      copied: 'The message is in your clipboard.',
      byHand: 'Mark the text of the message and copy it by hand.',
    });

  if (card.stage === 'loading')
    return <LoadingSpinner label="Asking Rekindle about this partner" showLabel={true} />;
  if (card.stage === 'failed') return <ProblemState problem={card.problem} onRetry={refresh} />;
  switch (card.answer.state) {
    case 'not_a_partner':
      return (
        <EmptyState title="Not a partner" layout="horizontal" imageName="companies" imageWidth={120}>
          <Text>{card.answer.definition}</Text>
        </EmptyState>
      );
    case 'not_judged_yet':
      return (
        <EmptyState title="Not judged yet" layout="horizontal" imageName="companies" imageWidth={120}>
          <Text>{card.answer.sentence}</Text>
          <Button onClick={refresh} disabled={card.refreshing} testId="check-again">
            Check again
          </Button>
        </EmptyState>
      );
    case 'judged':
      return (
        <Verdict
          partner={card.answer}
          server={serverOf(context)}
          company={{ objectId: context.crm.objectId, objectTypeId: context.crm.objectTypeId }}
          timeZone={context.portal.timezone}
          refreshing={card.refreshing}
          refreshProblem={card.refreshProblem}
          onRefresh={refresh}
          onTaskCreated={announceTask}
          onCopy={copy}
          onActed={announceAction}
        />
      );
  }
}
