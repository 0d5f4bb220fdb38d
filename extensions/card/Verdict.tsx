import { Alert, Button, Divider, Flex, Heading, Text } from '@hubspot/ui-extensions';
import type { Problem } from '../shared/problem.ts';
import type { Judged } from './answer.ts';
import { Actions } from './Actions.tsx';
import { Facts, Unknowns } from './Facts.tsx';
import { Health } from './Health.tsx';
import { HeldOut } from './HeldOut.tsx';
import { HistorySection } from './HistorySection.tsx';
import { NextStep } from './NextStep.tsx';
import { Reasons } from './Reasons.tsx';
import { RecordedFacts } from './RecordedFacts.tsx';
import { StatusLine } from './StatusLine.tsx';

type Props = {
  readonly partner: Judged;
  readonly server: string | null;
  readonly company: { readonly objectId: number; readonly objectTypeId: string };
  readonly timeZone: string;
  readonly refreshing: boolean;
  readonly refreshProblem: Problem | null;
  readonly onRefresh: () => void;
  readonly onTaskCreated: (sentence: string, created: boolean) => void;
  readonly onCopy: (text: string) => Promise<void>;
  readonly onActed: (sentence: string, changed: boolean) => void;
};

/** The order is the conventions' (domain.md section 7): status, verdict, reasons, action, then the background. */
export function Verdict(props: Props) {
  const { partner, server, company, timeZone } = props;
  return (
    <Flex direction="column" gap="md">
      <Warnings partner={partner} refreshProblem={props.refreshProblem} />
      <Flex direction="column" gap="xs">
        <StatusLine status={partner.status} owner={partner.partner.owner} />
        <Heading>{partner.status.sentence}</Heading>
      </Flex>
      <Reasons reasons={partner.reasons} timeZone={timeZone} />
      <NoPermission access={partner.access} />
      {partner.holdOut === null ? null : (
        <HeldOut
          holdOut={partner.holdOut}
          server={server}
          companyId={String(company.objectId)}
          mayAct={partner.access.mayAct}
          onDone={props.onActed}
        />
      )}
      {partner.recommendation === null ? null : (
        <NextStep
          // Another play is another task: what became of the earlier one must not colour it.
          key={partner.recommendation.play}
          recommendation={partner.recommendation}
          server={server}
          company={company}
          mayAct={partner.access.mayAct}
          onCreated={props.onTaskCreated}
          onCopy={props.onCopy}
        />
      )}
      {partner.access.mayAct ? (
        <Actions
          recorded={partner.recorded}
          server={server}
          companyId={String(company.objectId)}
          onDone={props.onActed}
        />
      ) : (
        <Recorded recorded={partner.recorded} />
      )}
      <Health health={partner.health} />
      <Facts partner={partner} />
      <HistorySection server={server} companyId={String(company.objectId)} />
      <Unknowns unknowns={partner.unknowns} />
      <Divider />
      <Flex direction="row" gap="sm" justify="between" align="start">
        <Flex direction="column" gap="flush">
          <Text variant="microcopy">{partner.freshness.sentence}</Text>
          <Text variant="microcopy">
            {partner.settings.sentence} (definition {partner.settings.version})
          </Text>
        </Flex>
        <Button
          variant="transparent"
          size="xs"
          disabled={props.refreshing}
          onClick={props.onRefresh}
          testId="refresh"
        >
          {props.refreshing ? 'Refreshing…' : 'Refresh'}
        </Button>
      </Flex>
    </Flex>
  );
}

/** In place of every button that acts. It is a courtesy: the server refuses whoever presses one all the same. */
function NoPermission({ access }: { access: Judged['access'] }) {
  if (access.mayAct) return null;
  return (
    <Alert title="You can look, not act" variant="info">
      {access.sentence}
    </Alert>
  );
}

/** What others have recorded, for those who can only read it. */
function Recorded({ recorded }: { recorded: Judged['recorded'] }) {
  if (recorded === null) return null;
  return (
    <Flex direction="column" gap="sm">
      <Heading>Recorded</Heading>
      <RecordedFacts recorded={recorded} />
    </Flex>
  );
}

function Warnings({ partner, refreshProblem }: { partner: Judged; refreshProblem: Problem | null }) {
  return (
    <>
      {partner.freshness.stale ? (
        <Alert title="This verdict rests on old data" variant="warning">
          {partner.freshness.sentence}
        </Alert>
      ) : null}
      {refreshProblem === null ? null : (
        <Alert title={`Not refreshed: ${refreshProblem.title}`} variant="warning">
          What you see was loaded earlier. {refreshProblem.advice}
        </Alert>
      )}
    </>
  );
}
