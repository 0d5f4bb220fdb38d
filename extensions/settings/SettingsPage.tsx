import { Alert, EmptyState, Flex, Heading, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ExtensionPointApi } from '@hubspot/ui-extensions';
import { useState } from 'react';
import type { Settings } from '../../src/model/settings.ts';
import { serverOf } from '../shared/ask.ts';
import { ProblemState } from '../shared/ProblemState.tsx';
import { portalAnswer, type PageAnswer, type PortalAnswer } from './answer.ts';
import { Editor } from './Editor.tsx';
import { Presets } from './Presets.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';
import { usePage } from './use-page.ts';

type Props = Pick<ExtensionPointApi<'settings'>, 'context' | 'actions'>;

/** The app's Settings tab: what "inactive" means here, who may say so, and everything that follows from it. */
export function SettingsPage({ context, actions }: Props) {
  const server = serverOf(context);
  const { state, reload, beginAnew } = usePage(server);
  const portal = usePortal(server);
  /** What the first settings begin with. */
  const [preset, setPreset] = useState<Settings | null>(null);

  if (state.stage === 'loading')
    return <LoadingSpinner label="Asking Rekindle for the settings" showLabel={true} />;
  if (state.stage === 'failed') return <ProblemState problem={state.problem} onRetry={beginAnew} />;
  const { page, beginning } = state;
  const settings = page.inForce?.settings ?? preset;
  if (settings === null) return <First page={page} onChoose={setPreset} />;
  return (
    <Editor
      // Whoever begins anew gets another editor; whoever looks anew keeps theirs.
      key={beginning}
      server={server}
      page={page}
      portal={portal}
      start={{ settings, base: page.inForce?.version ?? null }}
      portalId={String(context.portal.id)}
      timeZone={page.timeZone ?? context.portal.timezone}
      onSaved={(sentence) => {
        actions.addAlert({ type: 'success', title: 'Saved', message: sentence });
        setPreset(null);
        beginAnew();
      }}
      onReload={reload}
      onDiscard={() => {
        setPreset(null);
        beginAnew();
      }}
    />
  );
}

const askPortal = { method: 'GET', path: '/settings/portal', query: {} } as const;
const unknownPortal: PortalAnswer = { pipelines: [], properties: [], problems: [] };

function usePortal(server: string | null): PortalAnswer {
  const { answer, problem } = useSettledAnswer(server, askPortal, portalAnswer);
  if (problem !== null) return { ...unknownPortal, problems: [`${problem.title}. ${problem.advice}`] };
  return answer ?? unknownPortal;
}

/** Before anybody has said what "inactive" means. */
function First({ page, onChoose }: { page: PageAnswer; onChoose: (preset: Settings) => void }) {
  const { access, presets } = page;
  return (
    <Flex direction="column" gap="md">
      <EmptyState title="No settings yet" layout="horizontal" imageName="target" imageWidth={120}>
        <Text>Nobody is judged before you say what “inactive” means in your programme.</Text>
      </EmptyState>
      {access.mayChange ? null : (
        <Alert title="You can look, not change" variant="info">
          {access.sentence}
        </Alert>
      )}
      <Heading>Start from a preset</Heading>
      <Presets presets={presets} chosen={null} readOnly={!access.mayChange} onChoose={onChoose} />
    </Flex>
  );
}
