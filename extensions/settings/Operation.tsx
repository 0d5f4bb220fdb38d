import { Flex, Text, TimeInput, Toggle } from '@hubspot/ui-extensions';
import { useState } from 'react';
import type { Edit } from './edit.ts';
import { ChoiceField, Fields, NumberField, PercentField } from './fields.tsx';
import { HoldOut } from './HoldOut.tsx';
import { Part } from './Part.tsx';

/** When it runs, what it may take and move, and how much people can do. */
export function Operation({ edit, timeZone }: { edit: Edit; timeZone: string }) {
  const { settings, readOnly, change } = edit;
  return (
    <Flex direction="column" gap="md">
      <Schedule edit={edit} timeZone={timeZone} />
      <Part title="Work of the partner managers">
        <NumberField
          label="Partners that one owner can take care of in a week"
          name="capacityPerOwner"
          description="So many are put on an owner’s list, by what winning them back is worth."
          readOnly={readOnly}
          value={settings.capacityPerOwner}
          min={1}
          onChange={(capacityPerOwner) => change({ capacityPerOwner })}
        />
      </Part>
      <HoldOut edit={edit} />
      <Brake edit={edit} />
      <Quota edit={edit} />
      <Writing edit={edit} />
    </Flex>
  );
}

function Writing({ edit }: { edit: Edit }) {
  return (
    <Part title="Writing to HubSpot">
      <Toggle
        label="Runs write verdicts to company properties"
        name="writeBack"
        testId="writeBack"
        checked={edit.settings.writeBack}
        readonly={edit.readOnly}
        onChange={(writeBack) => edit.change({ writeBack })}
      />
      <Text>
        Without it runs read, judge and show verdicts on the card, and no property changes: a dry run for as
        long as you like. What people record at the card is written all the same.
      </Text>
    </Part>
  );
}

function Schedule({ edit, timeZone }: { edit: Edit; timeZone: string }) {
  const [now] = useState(() => Date.now());
  const { timeUtc } = edit.settings.schedule;
  const [hours = 0, minutes = 0] = timeUtc.split(':').map(Number);
  return (
    <Part title="Nightly run">
      <TimeInput
        label="Due at (UTC)"
        name="schedule"
        testId="schedule"
        description="In UTC, so that no clock change skips or doubles it."
        readOnly={edit.readOnly}
        value={{ hours, minutes }}
        onChange={(time) => edit.change({ schedule: { timeUtc: timeText(time) } })}
      />
      <Text variant="microcopy" testId="local-time">
        {localTime(timeUtc, timeZone, now)} Days begin and end in the account’s time zone, which is changed in
        HubSpot’s account settings.
      </Text>
    </Part>
  );
}

function timeText({ hours, minutes }: { hours: number; minutes: number }): string {
  return [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
}

/** What the time is in the account today: it moves with daylight saving. */
function localTime(timeUtc: string, timeZone: string, now: number): string {
  const moment = Date.parse(`${new Date(now).toISOString().slice(0, 10)}T${timeUtc}:00Z`);
  if (Number.isNaN(moment)) return '';
  try {
    const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(moment);
    return `At present that is ${clock} in the account’s time zone, ${timeZone}.`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `The account’s time zone is ${timeZone}.`;
  }
}

function Brake({ edit }: { edit: Edit }) {
  const { brake } = edit.settings;
  return (
    <Part title="Brake">
      <Text>
        A run that would move more statuses than this at once stops before it writes, and asks a person. An
        approved preview lets the first run under it pass.
      </Text>
      <Fields>
        <PercentField
          label="More than this share of all partners"
          name="brake-share"
          readOnly={edit.readOnly}
          share={brake.share}
          onChange={(share) => edit.change({ brake: { ...brake, share } })}
        />
        <NumberField
          label="And at least this many partners"
          name="brake-minimum"
          readOnly={edit.readOnly}
          value={brake.minimum}
          min={1}
          onChange={(minimum) => edit.change({ brake: { ...brake, minimum } })}
        />
      </Fields>
    </Part>
  );
}

const burstChoices = [
  { value: 'shared', label: 'Nearly all, less beside others' },
  { value: 'fixed', label: 'A fixed share' },
] as const;

function Quota({ edit }: { edit: Edit }) {
  const { quota } = edit.settings;
  const set = (changes: Partial<typeof quota>): void => edit.change({ quota: { ...quota, ...changes } });
  return (
    <Part title="Requests to HubSpot">
      <Fields>
        <PercentField
          label="Share of the day’s requests"
          name="quota-daily"
          description="All private apps of the account share them. A run that has used up its share goes on after midnight."
          readOnly={edit.readOnly}
          share={quota.dailyShare}
          onChange={(dailyShare) => set({ dailyShare })}
        />
        <ChoiceField
          label="Of every ten seconds"
          name="quota-burst"
          readOnly={edit.readOnly}
          value={quota.burstShare === null ? 'shared' : 'fixed'}
          options={burstChoices}
          onChange={(chosen) => set({ burstShare: chosen === 'shared' ? null : 0.5 })}
        />
        {quota.burstShare === null ? null : (
          <PercentField
            label="Share of ten seconds’ requests"
            name="quota-burst-share"
            readOnly={edit.readOnly}
            share={quota.burstShare}
            onChange={(burstShare) => set({ burstShare })}
          />
        )}
      </Fields>
    </Part>
  );
}
