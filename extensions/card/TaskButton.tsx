import { Alert, LoadingButton } from '@hubspot/ui-extensions';
import type { TaskState } from './use-task.ts';

type Props = {
  readonly task: TaskState;
  readonly create: () => Promise<void>;
  readonly variant: 'primary' | 'secondary';
  readonly testId: string;
};

export function TaskButton({ task, create, variant, testId }: Props) {
  const exists = task.stage === 'created' || task.stage === 'already_created';
  return (
    <LoadingButton
      variant={variant}
      loading={task.stage === 'creating'}
      // What became of an unclear press only a person can find out; another one could make a second task.
      disabled={exists || task.stage === 'unclear'}
      onClick={create}
      testId={testId}
    >
      {exists ? 'Task created' : 'Create task'}
    </LoadingButton>
  );
}

export function TaskOutcome({ task }: { task: TaskState }) {
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
