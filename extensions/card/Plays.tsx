import { Accordion, ButtonRow, Flex } from '@hubspot/ui-extensions';
import type { Advice } from './answer.ts';
import { Because, Steps } from './Steps.tsx';
import { TaskButton, TaskOutcome } from './TaskButton.tsx';
import { useTask } from './use-task.ts';

type Context = {
  readonly server: string | null;
  readonly companyId: string;
  readonly mayAct: boolean;
  readonly onCreated: (sentence: string, created: boolean) => void;
};

/** What else could be done, each one click away: one surface has one primary button. */
export function OtherPlays({ others, ...context }: Context & { readonly others: readonly Advice[] }) {
  return (
    <Flex direction="column" gap="xs">
      {others.map((advice) => (
        <OtherPlay key={advice.play} advice={advice} {...context} />
      ))}
    </Flex>
  );
}

function OtherPlay({ advice, server, companyId, mayAct, onCreated }: Context & { readonly advice: Advice }) {
  const { task, create } = useTask(server, companyId, advice.play, onCreated);
  return (
    <Accordion title={`Or: ${advice.title}`} size="xs" testId={`other-${advice.play}`}>
      <Flex direction="column" gap="sm">
        <Because because={advice.because} />
        <Steps steps={advice.steps} />
        <TaskOutcome task={task} />
        {mayAct ? (
          <ButtonRow>
            <TaskButton task={task} create={create} variant="secondary" testId={`create-${advice.play}`} />
          </ButtonRow>
        ) : null}
      </Flex>
    </Accordion>
  );
}
