import { Flex, Text, TextArea } from '@hubspot/ui-extensions';
import type { Settings } from '../../src/model/settings.ts';
import type { Edit } from './edit.ts';
import { TextField } from './fields.tsx';
import { Incentives } from './Incentives.tsx';
import { CurrentOffers, UpcomingOffers } from './Offers.tsx';
import { Part } from './Part.tsx';

export type Voice = Settings['programme'];
export type VoiceEdit = {
  readonly voice: Voice;
  readonly readOnly: boolean;
  readonly set: (changes: Partial<Voice>) => void;
};

const texts = [
  {
    part: 'sellingPoint',
    label: 'Who you are, and why it pays to work with you',
    description: 'Two or three sentences that a message to a partner begins with.',
  },
  {
    part: 'commissionRates',
    label: 'Commission rates',
    description: 'What every partner gets, as you would write it to them.',
  },
] as const;

/** What partners are told: messages are drafted from it. Whatever is empty is left out, and never made up. */
export function Programme({ edit }: { edit: Edit }) {
  const { programme: voice } = edit.settings;
  const set = (changes: Partial<Voice>): void => edit.change({ programme: { ...voice, ...changes } });
  const voiceEdit: VoiceEdit = { voice, readOnly: edit.readOnly, set };
  return (
    <Flex direction="column" gap="md">
      <Part title="What partners are told">
        <Text>
          Messages to partners are drafted from this, in your words. What is empty is shown as missing and is
          never sent. No verdict depends on it.
        </Text>
        <TextField
          label="Name of the programme"
          name="programme-name"
          readOnly={edit.readOnly}
          value={voice.name}
          onChange={(name) => set({ name })}
        />
        {texts.map(({ part, label, description }) => (
          <TextArea
            key={part}
            label={label}
            name={part}
            testId={part}
            description={description}
            readOnly={edit.readOnly}
            rows={3}
            maxLength={600}
            value={voice[part]}
            onChange={(text) => set({ [part]: text })}
          />
        ))}
        <TextField
          label="Where partners answer"
          name="feedback"
          description="An email address, or the https address of a form, where they say why they stopped."
          readOnly={edit.readOnly}
          value={voice.feedback}
          onChange={(feedback) => set({ feedback: feedback.trim() })}
        />
      </Part>
      <CurrentOffers edit={voiceEdit} />
      <UpcomingOffers edit={voiceEdit} />
      <Incentives edit={voiceEdit} />
    </Flex>
  );
}
