import { Button, EmptyState, Flex, LoadingSpinner, Text, useExtensionContext } from '@hubspot/ui-extensions';
import { serverOf } from '../shared/ask.ts';
import { ProblemState } from '../shared/ProblemState.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { homeAnswer } from './answer.ts';
import { Overview } from './Overview.tsx';
import { Runs } from './Runs.tsx';

const question = { path: '/home', query: {} };

/** The app's page: how the programme stands, what moved this week, and who has to do what. */
export function HomePage() {
  const context = useExtensionContext<'pages'>();
  const { shown, refresh } = useAnswer(serverOf(context), question, homeAnswer);
  const timeZone = context.portal.timezone;

  if (shown.stage === 'loading')
    return <LoadingSpinner label="Asking Rekindle about the programme" showLabel={true} layout="centered" />;
  if (shown.stage === 'failed') return <ProblemState problem={shown.problem} onRetry={refresh} />;
  switch (shown.answer.state) {
    case 'before_first_run':
      return (
        <Flex direction="column" gap="md">
          <EmptyState title="Nothing to see yet" layout="vertical" imageName="target" imageWidth={160}>
            <Text>{shown.answer.sentence}</Text>
            <Button onClick={refresh} disabled={shown.refreshing} testId="check-again">
              Check again
            </Button>
          </EmptyState>
          <Runs runs={shown.answer.runs} timeZone={timeZone} />
        </Flex>
      );
    case 'ready':
      return (
        <Overview
          programme={shown.answer}
          portalId={context.portal.id}
          timeZone={timeZone}
          refreshing={shown.refreshing}
          refreshProblem={shown.refreshProblem}
          onRefresh={refresh}
        />
      );
  }
}
