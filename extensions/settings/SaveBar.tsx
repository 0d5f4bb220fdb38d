import {
  Alert,
  Button,
  ButtonRow,
  Checkbox,
  Divider,
  Flex,
  Heading,
  LoadingButton,
  Text,
  TextArea,
} from '@hubspot/ui-extensions';
import { useState } from 'react';
import type { DescribeAnswer, PreviewDone } from './answer.ts';
import { PreviewResult } from './PreviewResult.tsx';
import { SaveOutcome } from './SaveOutcome.tsx';
import { Sentences } from './Sentences.tsx';
import type { Asked } from './use-settled-answer.ts';
import type { Draft } from './use-draft.ts';
import { usePreview } from './use-preview.ts';
import { useSave } from './use-save.ts';

type Props = {
  readonly server: string | null;
  readonly draft: Draft;
  readonly described: Asked<DescribeAnswer>;
  readonly onNote: (note: string) => void;
  readonly onSaved: (sentence: string) => void;
  readonly onRebase: (version: number) => void;
  readonly onDiscard: () => void;
};

/** What was changed, what it would do, and then: save. */
export function SaveBar({ server, draft, described, onNote, onSaved, onRebase, onDiscard }: Props) {
  const { preview, start } = usePreview(server, draft.settings);
  const { state, send, forget } = useSave(server, onSaved);
  const [approved, setApproved] = useState<PreviewDone | null>(null);
  const done = preview.stage === 'done' ? preview.preview : null;
  const approvedMoves = done !== null && approved === done ? done.brake.moves : null;
  const save = (): Promise<void> =>
    send('/settings', {
      baseVersion: draft.base,
      settings: draft.settings,
      note: draft.note,
      approvedMoves,
    });
  return (
    <Flex direction="column" gap="sm">
      <Divider />
      <Heading>Unsaved changes</Heading>
      <WhatChanged described={described} isFirst={draft.base === null} />
      <PreviewResult preview={preview} />
      <Approval
        preview={done}
        approved={approvedMoves !== null}
        onApprove={(yes) => setApproved(yes ? done : null)}
      />
      <TextArea
        label="Note"
        name="note"
        testId="note"
        description="What changed and why, for whoever reads the list of versions."
        rows={2}
        maxLength={500}
        value={draft.note}
        onChange={onNote}
      />
      <SaveOutcome
        state={state}
        onDiscard={onDiscard}
        onRebase={(version) => {
          forget();
          onRebase(version);
        }}
      />
      <Buttons
        seen={done !== null || draft.base === null}
        previewing={preview.stage === 'running'}
        saving={state.stage === 'saving'}
        disabled={described.answer?.state === 'invalid'}
        onPreview={start}
        onSave={save}
        onDiscard={onDiscard}
      />
    </Flex>
  );
}

type ButtonsProps = {
  /** The preview of this draft was seen, or there is nothing to compare with. */
  readonly seen: boolean;
  readonly previewing: boolean;
  readonly saving: boolean;
  readonly disabled: boolean;
  readonly onPreview: () => Promise<void>;
  readonly onSave: () => Promise<void>;
  readonly onDiscard: () => void;
};

/** One primary button: to look first, and then to save. */
function Buttons({ seen, previewing, saving, disabled, onPreview, onSave, onDiscard }: ButtonsProps) {
  return (
    <ButtonRow>
      {seen ? null : (
        <LoadingButton
          variant="primary"
          loading={previewing}
          disabled={disabled}
          onClick={onPreview}
          testId="preview"
        >
          Preview
        </LoadingButton>
      )}
      <LoadingButton
        variant={seen ? 'primary' : 'secondary'}
        loading={saving}
        disabled={disabled}
        onClick={onSave}
        testId="save"
      >
        {seen ? 'Save' : 'Save without preview'}
      </LoadingButton>
      <Button variant="transparent" onClick={onDiscard} testId="discard">
        Discard
      </Button>
    </ButtonRow>
  );
}

function WhatChanged({ described, isFirst }: { described: Asked<DescribeAnswer>; isFirst: boolean }) {
  const { answer, problem } = described;
  if (problem !== null) return <Text variant="microcopy">{problem.advice}</Text>;
  if (answer === null) return <Text variant="microcopy">Reading the draft …</Text>;
  if (answer.state === 'invalid') {
    return (
      <Alert title="This draft is not complete" variant="warning">
        <Sentences sentences={answer.problems} />
      </Alert>
    );
  }
  if (isFirst) return <Text>These would be the first settings. Nobody is judged before there are some.</Text>;
  return answer.differences.length === 0 ? (
    <Text>The draft says the same as the settings in force.</Text>
  ) : (
    <Sentences sentences={answer.differences} />
  );
}

/** Beyond the brake a person has to say yes; to what the preview has just shown, and to no more. */
function Approval({
  preview,
  approved,
  onApprove,
}: {
  preview: PreviewDone | null;
  approved: boolean;
  onApprove: (yes: boolean) => void;
}) {
  if (preview === null || !preview.brake.stops) return null;
  const { moves, allowed } = preview.brake;
  return (
    <Alert title="The first run would stop at the brake" variant="warning">
      <Flex direction="column" gap="sm">
        <Text>
          It would move {moves} statuses in HubSpot; the brake lets {allowed} pass without a person’s yes.
        </Text>
        <Checkbox
          name="approve"
          testId="approve"
          checked={approved}
          onChange={(checked) => onApprove(checked)}
        >
          I have seen the preview: the first run under this definition may move {moves} statuses
        </Checkbox>
      </Flex>
    </Alert>
  );
}
