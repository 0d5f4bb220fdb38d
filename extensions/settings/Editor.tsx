import { Alert, Flex, Text } from '@hubspot/ui-extensions';
import type { Settings } from '../../src/model/settings.ts';
import { instantInWords } from '../shared/words.ts';
import { describeAnswer, type PageAnswer, type PortalAnswer } from './answer.ts';
import type { Edit } from './edit.ts';
import { SaveBar } from './SaveBar.tsx';
import { Sections } from './Sections.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';
import { useDraft } from './use-draft.ts';

type Props = {
  readonly server: string | null;
  readonly page: PageAnswer;
  readonly portal: PortalAnswer;
  /** The settings that the draft begins with, and the version they are; null before the first. */
  readonly start: { readonly settings: Settings; readonly base: number | null };
  readonly portalId: string;
  readonly timeZone: string;
  /** Something was saved; the page is to be loaded again. */
  readonly onSaved: (sentence: string) => void;
  /** Load the page again and keep this draft. */
  readonly onReload: () => void;
  readonly onDiscard: () => void;
};

export function Editor({ server, page, portal, start, portalId, timeZone, ...events }: Props) {
  const inForce = page.inForce;
  const { draft, change, replace, setNote, rebase } = useDraft(start, inForce);
  const { settings } = draft;
  const readOnly = !page.access.mayChange;
  const isChanged = inForce === null || JSON.stringify(settings) !== JSON.stringify(inForce.settings);
  const question = { method: 'POST', path: '/settings/describe', body: { settings } } as const;
  // Under another version in force the same draft changes something else.
  const described = useSettledAnswer(
    server,
    isChanged ? question : null,
    describeAnswer,
    inForce?.version ?? 0,
  );
  const told = isChanged && described.answer?.state === 'described' ? described.answer : inForce;
  const edit: Edit = { settings, change, readOnly, server, words: page.words, portal };
  return (
    <Flex direction="column" gap="md">
      <Access access={page.access} />
      {inForce === null ? null : <InForce inForce={inForce} timeZone={timeZone} />}
      <Sections
        edit={edit}
        page={page}
        sentences={new Map(told?.rules.map(({ id, sentence }) => [id, sentence]))}
        portalId={portalId}
        timeZone={timeZone}
        onPreset={replace}
        onRestored={events.onSaved}
      />
      {isChanged && !readOnly ? (
        <SaveBar
          server={server}
          draft={draft}
          described={described}
          onNote={setNote}
          onSaved={events.onSaved}
          onDiscard={events.onDiscard}
          onRebase={(version) => {
            rebase(version);
            events.onReload();
          }}
        />
      ) : null}
    </Flex>
  );
}

function Access({ access }: { access: PageAnswer['access'] }) {
  return access.mayChange ? (
    <Text variant="microcopy" testId="access">
      {access.sentence}
    </Text>
  ) : (
    <Alert title="You can look, not change" variant="info">
      {access.sentence}
    </Alert>
  );
}

function InForce({
  inForce: { version, author, savedAt, note },
  timeZone,
}: {
  inForce: NonNullable<PageAnswer['inForce']>;
  timeZone: string;
}) {
  const saved = `Version ${version} is in force, saved by ${author} on ${instantInWords(savedAt, timeZone)}`;
  return (
    <Text variant="microcopy" testId="in-force">
      {note === '' ? `${saved}.` : `${saved}: ${note}`}
    </Text>
  );
}
