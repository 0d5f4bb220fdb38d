import type { Edit } from './edit.ts';
import { Fields, NumberField, PercentField } from './fields.tsx';
import { Part } from './Part.tsx';

const days = [
  {
    setting: 'graceDays',
    label: 'Grace after joining, in days',
    description: 'Until then, having done nothing means nothing.',
    min: 0,
  },
  {
    setting: 'warningDays',
    label: 'Early warning, in days',
    description:
      'A partner is cooling so many days before a rule holds, at most half the days it looks at. 0: no warning.',
    min: 0,
  },
  {
    setting: 'momentumDays',
    label: 'Momentum after coming back, in days',
    description: 'A reactivated partner is active again after so many days without a reason to worry.',
    min: 1,
  },
] as const;

export function Days({ edit }: { edit: Edit }) {
  const { settings, readOnly, change } = edit;
  return (
    <Part title="Grace, warning and return">
      <Fields>
        {days.map(({ setting, ...field }) => (
          <NumberField
            key={setting}
            {...field}
            name={setting}
            readOnly={readOnly}
            value={settings[setting]}
            onChange={(value) => change({ [setting]: value })}
          />
        ))}
        <PercentField
          label="False-alarm budget"
          name="falseAlarmShare"
          description="Of the silences that end by themselves, so many may be warned of: 1 to 30. More finds departures sooner and cries wolf more often."
          readOnly={readOnly}
          share={settings.falseAlarmShare}
          onChange={(falseAlarmShare) => change({ falseAlarmShare })}
        />
      </Fields>
    </Part>
  );
}
