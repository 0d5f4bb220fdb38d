import { Checkbox, Flex, Text, Tile } from '@hubspot/ui-extensions';
import { ChoiceField, Fields, NumberField, TextField } from './fields.tsx';
import { Part } from './Part.tsx';
import type { Voice, VoiceEdit } from './Programme.tsx';

type Incentive = Voice['incentives'][number];

const kinds = [
  { value: 'temporary_commission', label: 'A higher commission for a time' },
  { value: 'exclusive_voucher', label: 'A voucher code of the partner’s own' },
  { value: 'first_sale_bonus', label: 'A bonus for the first sale after coming back' },
] as const satisfies readonly { value: Incentive['kind']; label: string }[];

function newIncentive(kind: Incentive['kind']): Incentive {
  const common = { worth: { in: 'percent', percent: '2' }, daysValid: 30 } as const;
  return kind === 'exclusive_voucher' ? { kind, ...common, codePrefix: 'BACK' } : { kind, ...common };
}

/** What partner managers may offer, and the most of it. */
export function Incentives({ edit: { voice, readOnly, set } }: { edit: VoiceEdit }) {
  const allow = (kind: Incentive['kind'], allowed: boolean): void =>
    set({
      incentives: allowed
        ? [...voice.incentives, newIncentive(kind)]
        : voice.incentives.filter((one) => one.kind !== kind),
    });
  const replace = (incentive: Incentive): void =>
    set({
      incentives: voice.incentives.map((one) => (one.kind === incentive.kind ? incentive : one)),
    });
  return (
    <Part title="Incentives">
      <Text>
        What partner managers may offer to win a partner back. None allowed: nobody may offer anything.
      </Text>
      {kinds.map(({ value, label }) => {
        const allowed = voice.incentives.find(({ kind }) => kind === value);
        return (
          <Flex key={value} direction="column" gap="xs">
            <Checkbox
              name={value}
              testId={value}
              checked={allowed !== undefined}
              readOnly={readOnly}
              onChange={(checked) => allow(value, checked)}
            >
              {label}
            </Checkbox>
            {allowed === undefined ? null : (
              <Limits incentive={allowed} readOnly={readOnly} onChange={replace} />
            )}
          </Flex>
        );
      })}
    </Part>
  );
}

type LimitsProps = {
  readonly incentive: Incentive;
  readonly readOnly: boolean;
  readonly onChange: (incentive: Incentive) => void;
};

function Limits({ incentive, readOnly, onChange }: LimitsProps) {
  const field = (name: string) => ({ name: `${incentive.kind}-${name}`, readOnly });
  return (
    <Tile compact={true}>
      <Fields>
        <Worth incentive={incentive} readOnly={readOnly} onChange={onChange} />
        <NumberField
          {...field('days')}
          label="Valid for so many days"
          value={incentive.daysValid}
          min={1}
          max={365}
          onChange={(daysValid) => onChange({ ...incentive, daysValid })}
        />
        {incentive.kind === 'exclusive_voucher' ? (
          <TextField
            {...field('prefix')}
            label="Codes begin with"
            description="2 to 12 capital letters and digits, such as BACK."
            value={incentive.codePrefix}
            onChange={(codePrefix) => onChange({ ...incentive, codePrefix: codePrefix.trim().toUpperCase() })}
          />
        ) : null}
      </Fields>
    </Tile>
  );
}

const units = [
  { value: 'percent', label: 'Per cent' },
  { value: 'money', label: 'An amount of money' },
] as const;

/** The most that may be offered. Money is text with its currency, never a rounded number. */
function Worth({ incentive, readOnly, onChange }: LimitsProps) {
  const { worth } = incentive;
  const field = (name: string) => ({ name: `${incentive.kind}-${name}`, readOnly });
  return (
    <>
      <ChoiceField
        {...field('unit')}
        label="At most, in"
        value={worth.in}
        options={units}
        onChange={(unit) =>
          onChange({
            ...incentive,
            worth:
              unit === 'percent'
                ? { in: unit, percent: '2' }
                : { in: unit, amount: '50.00', currency: 'EUR' },
          })
        }
      />
      {worth.in === 'percent' ? (
        <TextField
          {...field('percent')}
          label="Per cent"
          value={worth.percent}
          onChange={(percent) => onChange({ ...incentive, worth: { ...worth, percent: percent.trim() } })}
        />
      ) : (
        <>
          <TextField
            {...field('amount')}
            label="Amount"
            value={worth.amount}
            onChange={(amount) => onChange({ ...incentive, worth: { ...worth, amount: amount.trim() } })}
          />
          <TextField
            {...field('currency')}
            label="Currency"
            value={worth.currency}
            onChange={(currency) =>
              onChange({ ...incentive, worth: { ...worth, currency: currency.trim().toUpperCase() } })
            }
          />
        </>
      )}
    </>
  );
}
