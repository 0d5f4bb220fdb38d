import { Accordion, Flex, Tab, Tabs, Text } from '@hubspot/ui-extensions';
import type { Settings } from '../../src/model/settings.ts';
import type { PageAnswer } from './answer.ts';
import { Corrections } from './Corrections.tsx';
import { ApiKeys } from './ApiKeys.tsx';
import { DangerZone } from './DangerZone.tsx';
import { Days } from './Days.tsx';
import type { Edit } from './edit.ts';
import { Mapping } from './Mapping.tsx';
import { Operation } from './Operation.tsx';
import { Partners } from './Partners.tsx';
import { Presets, startingFrom } from './Presets.tsx';
import { Programme } from './Programme.tsx';
import { Rules } from './Rules.tsx';
import { Versions } from './Versions.tsx';

type Props = {
  readonly edit: Edit;
  readonly page: PageAnswer;
  /** What each rule of the draft says, by its name. */
  readonly sentences: ReadonlyMap<string, string>;
  readonly portalId: string;
  readonly timeZone: string;
  readonly onPreset: (settings: Settings) => void;
  readonly onRestored: (sentence: string) => void;
};

/** Everything that can be set, by who would look for it where. */
export function Sections({ edit, page, sentences, portalId, timeZone, onPreset, onRestored }: Props) {
  const { settings, readOnly, server } = edit;
  return (
    <Tabs defaultSelected="definition">
      <Tab tabId="definition" title="Who is inactive">
        <Flex direction="column" gap="lg">
          <Accordion title="Start from a preset" size="sm">
            <Presets
              presets={page.presets}
              chosen={settings.preset}
              readOnly={readOnly}
              onChoose={(preset) => onPreset(startingFrom(preset, settings))}
            />
          </Accordion>
          <Partners edit={edit} />
          <Rules edit={edit} sentences={sentences} />
          <Days edit={edit} />
        </Flex>
      </Tab>
      <Tab tabId="data" title="What is read">
        <Mapping edit={edit} />
      </Tab>
      <Tab tabId="operation" title="How it runs">
        <Operation edit={edit} timeZone={timeZone} />
      </Tab>
      <Tab tabId="programme" title="What partners are told">
        <Programme edit={edit} />
      </Tab>
      <Tab tabId="keys" title="API keys">
        <ApiKeys server={server} timeZone={timeZone} readOnly={readOnly} />
      </Tab>
      <Tab tabId="versions" title="Versions">
        {page.inForce === null ? (
          <Text>There is no version yet.</Text>
        ) : (
          <Versions
            server={server}
            timeZone={timeZone}
            inForce={page.inForce.version}
            readOnly={readOnly}
            onRestored={onRestored}
          />
        )}
      </Tab>
      <Tab tabId="corrections" title="Corrections">
        <Corrections server={server} portalId={portalId} timeZone={timeZone} readOnly={readOnly} />
      </Tab>
      <Tab tabId="danger" title="Danger zone">
        <DangerZone server={server} portalId={portalId} readOnly={readOnly} />
      </Tab>
    </Tabs>
  );
}
