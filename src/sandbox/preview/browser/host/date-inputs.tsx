import type { DateInputProps, TimeInputProps } from '@hubspot/ui-extensions';
import { Field, useTyped } from './inputs.tsx';

type DateValue = NonNullable<DateInputProps['value']>;
const two = (number: number): string => String(number).padStart(2, '0');

/** HubSpot counts months from 0 in date values. */
function isoDay(value: DateValue | null | undefined): string {
  return value === null || value === undefined
    ? ''
    : `${value.year}-${two(value.month + 1)}-${two(value.date)}`;
}

export function DateInput(props: DateInputProps) {
  const [typed, setTyped] = useTyped(isoDay(props.value ?? props.defaultValue));
  const choose = (day: string): void => {
    setTyped(day);
    const [year, month, date] = day.split('-').map(Number);
    if (year === undefined || month === undefined || date === undefined) return;
    props.onChange?.({ year, month: month - 1, date, formattedDate: day });
  };
  return (
    <Field field={props}>
      {(described) => (
        <input
          {...described}
          name={props.name}
          type="date"
          value={typed}
          min={isoDay(props.min)}
          max={isoDay(props.max)}
          readOnly={props.readOnly === true}
          onChange={(event) => choose(event.target.value)}
        />
      )}
    </Field>
  );
}

function isoTime(value: TimeInputProps['value']): string {
  return value === null || value === undefined ? '' : `${two(value.hours)}:${two(value.minutes)}`;
}

export function TimeInput(props: TimeInputProps) {
  const given = props.value ?? props.defaultValue;
  const [typed, setTyped] = useTyped(isoTime(given));
  const choose = (time: string): void => {
    setTyped(time);
    const [hours, minutes] = time.split(':').map(Number);
    if (hours !== undefined && minutes !== undefined) props.onChange?.({ hours, minutes });
  };
  return (
    <Field field={props}>
      {(described) => (
        <input
          {...described}
          name={props.name}
          type="time"
          value={typed}
          readOnly={props.readOnly === true}
          onChange={(event) => choose(event.target.value)}
        />
      )}
    </Field>
  );
}
