import { Button, ErrorState, Text } from '@hubspot/ui-extensions';
import type { Problem } from './problem.ts';

export function ProblemState({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <ErrorState title={problem.title}>
      <Text>{problem.advice}</Text>
      {problem.reference === null ? null : <Text variant="microcopy">Reference: {problem.reference}</Text>}
      <Button onClick={onRetry} testId="try-again">
        Try again
      </Button>
    </ErrorState>
  );
}
