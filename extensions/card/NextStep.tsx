import { Accordion, ButtonRow, Flex, Heading, Text, Tile } from '@hubspot/ui-extensions';
import { CrmActionButton } from '@hubspot/ui-extensions/crm';
import { dueInWords } from '../shared/words.ts';
import type { Recommendation } from './answer.ts';
import { DraftMessage, Lines } from './Draft.tsx';
import { OtherPlays } from './Plays.tsx';
import { Because, Steps } from './Steps.tsx';
import { Offer, Questions } from './Talk.tsx';
import { TaskButton, TaskOutcome } from './TaskButton.tsx';
import { useTask } from './use-task.ts';

type Company = { readonly objectId: number; readonly objectTypeId: string };
type Props = {
  readonly recommendation: Recommendation;
  readonly server: string | null;
  readonly company: Company;
  /** Whether to offer what acts on the partner; what to do is told to everybody. */
  readonly mayAct: boolean;
  readonly onCreated: (sentence: string, created: boolean) => void;
  readonly onCopy: (text: string) => Promise<void>;
};

export function NextStep({ recommendation, server, company, mayAct, onCreated, onCopy }: Props) {
  const companyId = String(company.objectId);
  const { task, create } = useTask(server, companyId, recommendation.play, onCreated);
  const { draft, questions, incentive, others } = recommendation;
  return (
    <Flex direction="column" gap="sm">
      <Heading>Recommended next step</Heading>
      <Tile testId="next-step">
        <Flex direction="column" gap="md">
          <Flex direction="column" gap="xs">
            <Text format={{ fontWeight: 'bold' }}>{recommendation.title}</Text>
            <Because because={recommendation.because} />
          </Flex>
          <Steps steps={recommendation.steps} />
          <TaskOutcome task={task} />
          {mayAct ? (
            <ButtonRow>
              <TaskButton task={task} create={create} variant="primary" testId="create-task" />
              <WriteEmail draft={draft} company={company} />
              <CrmActionButton
                actionType="SCHEDULE_MEETING"
                actionContext={{ ...company }}
                variant="secondary"
              >
                Schedule a meeting
              </CrmActionButton>
            </ButtonRow>
          ) : null}
          <Flex direction="column" gap="xs">
            <DraftMessage draft={draft} onCopy={onCopy} />
            {questions.length === 0 ? null : <Questions questions={questions} />}
            {incentive === null ? null : <Offer incentive={incentive} />}
            <Accordion
              title={`Task: “${recommendation.taskSubject}”, ${dueInWords(recommendation.dueInDays)}`}
              size="xs"
            >
              <Lines text={recommendation.taskBody} />
            </Accordion>
          </Flex>
        </Flex>
      </Tile>
      <OtherPlays
        others={others}
        server={server}
        companyId={companyId}
        mayAct={mayAct}
        onCreated={onCreated}
      />
    </Flex>
  );
}

/** Nothing that lacks a part goes into HubSpot's editor: until then it opens empty. */
function WriteEmail({ draft, company }: { draft: Recommendation['draft']; company: Company }) {
  const { subject, body } = draft;
  return body === null ? (
    <CrmActionButton actionType="SEND_EMAIL" actionContext={{ ...company }} variant="secondary">
      Write an email
    </CrmActionButton>
  ) : (
    <CrmActionButton
      actionType="SEND_EMAIL"
      actionContext={{ ...company, initialEmailSubject: subject, initialEmailBody: body }}
      variant="secondary"
    >
      Write the prepared email
    </CrmActionButton>
  );
}
