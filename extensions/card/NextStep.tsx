import {
  Accordion,
  Alert,
  ButtonRow,
  Flex,
  Heading,
  List,
  LoadingButton,
  Text,
  Tile,
} from '@hubspot/ui-extensions';
import { CrmActionButton } from '@hubspot/ui-extensions/crm';
import { dueInWords } from '../shared/words.ts';
import type { Recommendation } from './answer.ts';
import { useTask, type TaskState } from './use-task.ts';

type Props = {
  readonly recommendation: Recommendation;
  readonly server: string | null;
  readonly company: { readonly objectId: number; readonly objectTypeId: string };
  readonly onCreated: (sentence: string, created: boolean) => void;
};

export function NextStep({ recommendation, server, company, onCreated }: Props) {
  const { task, create } = useTask(server, String(company.objectId), recommendation.play, onCreated);
  const exists = task.stage === 'created' || task.stage === 'already_created';
  return (
    <Flex direction="column" gap="sm">
      <Heading>Recommended next step</Heading>
      <Tile testId="next-step">
        <Flex direction="column" gap="md">
          <Flex direction="column" gap="xs">
            <Text format={{ fontWeight: 'bold' }}>{recommendation.title}</Text>
            <Text>{recommendation.because}</Text>
          </Flex>
          <List variant="ordered-styled">
            {recommendation.steps.map((step) => (
              <Text key={step}>{step}</Text>
            ))}
          </List>
          <Outcome task={task} />
          <ButtonRow>
            <LoadingButton
              variant="primary"
              loading={task.stage === 'creating'}
              // What became of an unclear press only a person can find out; another one could make a second task.
              disabled={exists || task.stage === 'unclear'}
              onClick={create}
              testId="create-task"
            >
              {exists ? 'Task created' : 'Create task'}
            </LoadingButton>
            <CrmActionButton actionType="SEND_EMAIL" actionContext={{ ...company }} variant="secondary">
              Write an email
            </CrmActionButton>
            <CrmActionButton actionType="SCHEDULE_MEETING" actionContext={{ ...company }} variant="secondary">
              Schedule a meeting
            </CrmActionButton>
          </ButtonRow>
          <Accordion
            title={`Task: “${recommendation.taskSubject}”, ${dueInWords(recommendation.dueInDays)}`}
            size="xs"
          >
            {recommendation.taskBody
              .split('\n')
              .filter((line) => line.trim() !== '')
              .map((line, index) => (
                // Lines of a fixed text: their place is their identity, and two may be equal.
                // oxlint-disable-next-line react/no-array-index-key
                <Text key={index}>{line}</Text>
              ))}
          </Accordion>
        </Flex>
      </Tile>
    </Flex>
  );
}

function Outcome({ task }: { task: TaskState }) {
  switch (task.stage) {
    case 'ready':
    case 'creating':
      return null;
    case 'created':
      return (
        <Alert title="Task created" variant="success">
          {task.sentence}
        </Alert>
      );
    case 'already_created':
      return (
        <Alert title="The task was there already" variant="info">
          {task.sentence}
        </Alert>
      );
    case 'refused':
      return (
        <Alert title="No task was created" variant="warning">
          {task.sentence}
        </Alert>
      );
    case 'unclear':
      return (
        <Alert title="Look whether the task is there" variant="warning">
          {task.sentence}
        </Alert>
      );
    case 'failed':
      return (
        <Alert title={`No task was created: ${task.problem.title}`} variant="danger">
          {task.problem.reference === null
            ? task.problem.advice
            : `${task.problem.advice} Reference: ${task.problem.reference}`}
        </Alert>
      );
  }
}
