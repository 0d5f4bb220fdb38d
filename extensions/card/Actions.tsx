import {
  Button,
  DateInput,
  Dropdown,
  Flex,
  Form,
  Heading,
  LoadingButton,
  Select,
  Text,
  TextArea,
  Tile,
} from '@hubspot/ui-extensions';
import type { DateInputProps } from '@hubspot/ui-extensions';
import { useState } from 'react';
import type { ActionName } from '../../src/model/partner-action.ts';
import { actionForms, type FieldForm } from './action-forms.ts';
import { ActionOutcome } from './ActionOutcome.tsx';
import type { Judged } from './answer.ts';
import { RecordedFacts } from './RecordedFacts.tsx';
import { useAction, type ActionState, type Filled } from './use-action.ts';

type Props = {
  readonly recorded: Judged['recorded'];
  readonly server: string | null;
  readonly companyId: string;
  readonly onDone: (sentence: string, changed: boolean) => void;
};

/** What a person does to the partner besides the recommended step; one form at a time, so that the card stays short. */
export function Actions({ recorded, server, companyId, onDone }: Props) {
  const [open, setOpen] = useState<ActionName | null>(null);
  const { action, send, clear } = useAction(server, companyId, (sentence, changed) => {
    setOpen(null);
    onDone(sentence, changed);
  });
  const choose = (name: ActionName | null): void => {
    clear();
    setOpen(name);
  };
  return (
    <Flex direction="column" gap="sm">
      <Heading>Record and decide</Heading>
      <RecordedFacts recorded={recorded} />
      <Choices recorded={recorded} onChoose={choose} />
      {open === null ? null : (
        <ActionFields
          // Another action is another form: what was typed into the earlier one must not go with it.
          key={open}
          name={open}
          action={action}
          onSend={(filled) => send(open, filled)}
          onCancel={() => choose(null)}
        />
      )}
      <ActionOutcome action={action} />
    </Flex>
  );
}

type ChoicesProps = {
  readonly recorded: Judged['recorded'];
  readonly onChoose: (name: ActionName) => void;
};

function Choices({ recorded, onChoose }: ChoicesProps) {
  const isSnoozed = recorded?.snoozedUntil !== undefined && recorded.snoozedUntil !== null;
  const isExcluded = recorded?.excludedBecause !== undefined && recorded.excludedBecause !== null;
  const direct: readonly ActionName[] = [
    'log_outreach',
    'record_root_cause',
    isSnoozed ? 'end_snooze' : 'snooze_until',
  ];
  const more: readonly ActionName[] = [
    'correct',
    'open_decision',
    'decide',
    isExcluded ? 'include' : 'exclude',
    'recalculate',
  ];
  return (
    <Flex direction="row" gap="sm" align="center" wrap="wrap">
      {direct.map((name) => (
        <Button key={name} size="sm" variant="secondary" onClick={() => onChoose(name)} testId={`do-${name}`}>
          {actionForms[name].name}
        </Button>
      ))}
      <Dropdown buttonText="More" buttonSize="sm" variant="secondary">
        {more.map((name) => (
          <Dropdown.ButtonItem key={name} onClick={() => onChoose(name)} testId={`do-${name}`}>
            {actionForms[name].name}
          </Dropdown.ButtonItem>
        ))}
      </Dropdown>
    </Flex>
  );
}

type FieldsProps = {
  readonly name: ActionName;
  readonly action: ActionState;
  readonly onSend: (filled: Filled) => void;
  readonly onCancel: () => void;
};

export function ActionFields({ name, action, onSend, onCancel }: FieldsProps) {
  const form = actionForms[name];
  const [filled, setFilled] = useState<Filled>({});
  const isComplete = form.fields.every((field) => !field.required || (filled[field.name] ?? '') !== '');
  return (
    <Tile testId="action-form">
      <Form onSubmit={() => onSend(filled)}>
        <Flex direction="column" gap="sm">
          <Text format={{ fontWeight: 'demibold' }}>{form.name}</Text>
          <Text variant="microcopy">{form.intro}</Text>
          {form.fields.map((field) => (
            <ActionField
              key={field.name}
              field={field}
              value={filled[field.name] ?? ''}
              onChange={(value) => setFilled((now) => ({ ...now, [field.name]: value }))}
            />
          ))}
          <Flex direction="row" gap="sm">
            <LoadingButton
              type="submit"
              variant="secondary"
              size="sm"
              loading={action.stage === 'sending'}
              disabled={!isComplete}
              testId="send-action"
            >
              {form.submit}
            </LoadingButton>
            <Button variant="transparent" size="sm" onClick={onCancel} testId="cancel-action">
              Cancel
            </Button>
          </Flex>
        </Flex>
      </Form>
    </Tile>
  );
}

type FieldProps = {
  readonly field: FieldForm;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function ActionField({ field, value, onChange }: FieldProps) {
  const common = {
    name: field.name,
    label: field.label,
    required: field.required,
    ...(field.description === undefined ? {} : { description: field.description }),
  };
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          {...common}
          value={value}
          options={Object.entries(field.options).map(([option, label]) => ({ value: option, label }))}
          onChange={(chosen) => onChange(String(chosen ?? ''))}
        />
      );
    case 'day':
      return (
        <DateInput
          {...common}
          {...(value === '' ? {} : { value: toDate(value) })}
          format="medium"
          onChange={(date) => onChange(toDay(date))}
        />
      );
    case 'text':
      // On each key, so that the button is there as soon as something is written.
      return <TextArea {...common} value={value} rows={2} onInput={(text) => onChange(text)} />;
  }
}

type DateValue = NonNullable<DateInputProps['value']>;

/** HubSpot counts months from 0. */
function toDate(day: string): DateValue {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return { year, month: month - 1, date };
}

/** Null where somebody cleared the field, whatever the types say. */
function toDay(date: DateValue | null): string {
  if (date === null) return '';
  return `${date.year}-${two(date.month + 1)}-${two(date.date)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
