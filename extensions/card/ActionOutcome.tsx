import { Alert } from '@hubspot/ui-extensions';
import type { ActionState } from './use-action.ts';

/** What became of the latest action. What succeeded is announced above the record, and on the card only if a person has to look. */
export function ActionOutcome({ action }: { action: ActionState }) {
  switch (action.stage) {
    case 'ready':
    case 'sending':
    case 'done':
      return null;
    case 'unchanged':
      return (
        <Alert title="Nothing had to be changed" variant="info">
          {action.sentence}
        </Alert>
      );
    case 'unclear':
      return (
        <Alert title="Look whether the note is there" variant="warning">
          {action.sentence}
        </Alert>
      );
    case 'refused':
      return (
        <Alert title="Not done" variant="warning">
          {action.sentence}
        </Alert>
      );
    case 'failed':
      return (
        <Alert title={`Not done, as far as is known: ${action.problem.title}`} variant="danger">
          {action.problem.reference === null
            ? action.problem.advice
            : `${action.problem.advice} Reference: ${action.problem.reference}`}
        </Alert>
      );
  }
}
