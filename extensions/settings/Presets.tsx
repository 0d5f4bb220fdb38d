import { Accordion, Button, ButtonRow, Flex, List, Text, Tile } from '@hubspot/ui-extensions';
import type { Settings } from '../../src/model/settings.ts';
import type { PageAnswer } from './answer.ts';

type Preset = PageAnswer['presets'][number];

/**
 * A preset's definition of inactive over what is the account's own: who is a partner, the properties that were mapped,
 * and how it runs.
 */
export function startingFrom(preset: Settings, present: Settings | null): Settings {
  if (present === null) return preset;
  return {
    ...present,
    preset: preset.preset,
    rules: preset.rules,
    combination: preset.combination,
    graceDays: preset.graceDays,
    momentumDays: preset.momentumDays,
    warningDays: preset.warningDays,
    mapping: {
      ...present.mapping,
      deals: preset.mapping.deals,
      partnerTypeProperty: present.mapping.partnerTypeProperty ?? preset.mapping.partnerTypeProperty,
    },
  };
}

export function Presets({
  presets,
  chosen,
  readOnly,
  onChoose,
}: {
  presets: readonly Preset[];
  /** The name of the preset that the settings started from; null before the first. */
  chosen: string | null;
  readOnly: boolean;
  onChoose: (preset: Settings) => void;
}) {
  return (
    <Flex direction="column" gap="sm">
      <Text>
        A preset brings its rules, what a deal counts as, and the days below. It leaves alone who is a
        partner, the properties you mapped, schedule, limits and exclusions. Nothing is saved until you save.
      </Text>
      {presets.map(({ label, about, settings, sentences }) => (
        <Tile key={settings.preset} compact={true} testId={`preset-${settings.preset}`}>
          <Flex direction="column" gap="xs">
            <Text format={{ fontWeight: 'demibold' }}>
              {label}
              {settings.preset === chosen ? ' (these settings started from it)' : ''}
            </Text>
            <Text>{about}</Text>
            <Accordion title="What it says" size="xs">
              <List>
                {sentences.map((sentence) => (
                  <Text key={sentence}>{sentence}</Text>
                ))}
              </List>
            </Accordion>
            {readOnly ? null : (
              <ButtonRow>
                <Button size="sm" onClick={() => onChoose(settings)} testId={`start-from-${settings.preset}`}>
                  Start from this
                </Button>
              </ButtonRow>
            )}
          </Flex>
        </Tile>
      ))}
    </Flex>
  );
}
