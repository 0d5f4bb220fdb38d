import type { DateInputProps, TimeInputProps } from '@hubspot/ui-extensions';
import { Field } from './inputs.tsx';

type DateValue = NonNullable<DateInputProps['value']>;
const two = (number: number): string => String(number).padStart(2, '0');

/** HubSpot counts months from 0 in date values. */
function isoDay(value: DateValue | null | undefined): string {
  return value === null || value === undefined
    ? ''
    : `${value.year}-${two(value.month + 1)}-${two(value.date)}`;
}

export function DateInput(props: DateInputProps) {
  const choose = (day: string): void => {
    const [year, month, date] = day.split('-').map(Number);
    if (year === undefined || month === undefined || date === undefined) return;
    props.onChange?.({ year, month: month - 1, date, formattedDate: day });
  };
  return (
    <Field field={props}>
      {(id) => (
        <input
          id={id}
          name={props.name}
          type="date"
          defaultValue={isoDay(props.value ?? props.defaultValue)}
          min={isoDay(props.min)}
          max={isoDay(props.max)}
          readOnly={props.readOnly === true}
          onChange={(event) => choose(event.target.value)}
        />
      )}
    </Field>
  );
}

export function TimeInput(props: TimeInputProps) {
  const given = props.value ?? props.defaultValue;
  const choose = (time: string): void => {
    const [hours, minutes] = time.split(':').map(Number);
    if (hours !== undefined && minutes !== undefined) props.onChange?.({ hours, minutes });
  };
  return (
    <Field field={props}>
      {(id) => (
        <input
          id={id}
          name={props.name}
          type="time"
          defaultValue={
            given === null || given === undefined ? '' : `${two(given.hours)}:${two(given.minutes)}`
          }
          readOnly={props.readOnly === true}
          onChange={(event) => choose(event.target.value)}
        />
      )}
    </Field>
  );
}
