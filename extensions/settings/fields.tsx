/** Inputs of the settings page: HubSpot's, with the types and the small rules that all sections share. */
import { AutoGrid, DateInput, Input, NumberInput, Select } from '@hubspot/ui-extensions';
import type { ReactNode } from 'react';

type Common = {
  readonly label: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly description?: string;
};

function commonProps({ label, name, readOnly, description }: Common) {
  return { label, name, readOnly, testId: name, ...(description === undefined ? {} : { description }) };
}

/** Short fields side by side as far as there is room. */
export function Fields({ children }: { children: ReactNode }) {
  return (
    <AutoGrid columnWidth={280} flexible={true} gap="md">
      {children}
    </AutoGrid>
  );
}

/** An emptied field changes nothing: missing is not zero. */
export function NumberField({
  value,
  onChange,
  min,
  max,
  ...common
}: Common & {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min?: number;
  readonly max?: number;
}) {
  return (
    <NumberInput
      {...commonProps(common)}
      value={value}
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      onChange={(next) => {
        if (Number.isFinite(next)) onChange(next);
      }}
    />
  );
}

/** A share between 0 and 1 that people write in per cent. */
export function PercentField({
  share,
  onChange,
  ...common
}: Common & { readonly share: number; readonly onChange: (share: number) => void }) {
  return (
    <NumberField
      {...common}
      label={`${common.label} (%)`}
      value={Math.round(share * 1000) / 10}
      min={0}
      max={100}
      onChange={(percent) => onChange(Math.round(percent * 10) / 1000)}
    />
  );
}

export function TextField({
  value,
  onChange,
  ...common
}: Common & { readonly value: string; readonly onChange: (value: string) => void }) {
  return <Input {...commonProps(common)} value={value} onChange={onChange} />;
}

/** Names with commas between them. */
export function NamesField({
  values,
  onChange,
  ...common
}: Common & { readonly values: readonly string[]; readonly onChange: (values: string[]) => void }) {
  return <TextField {...common} value={values.join(', ')} onChange={(typed) => onChange(namesIn(typed))} />;
}

export function namesIn(typed: string): string[] {
  const names = typed.split(/[,;\n]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

export type Option<T extends string> = { readonly value: T; readonly label: string };

export function ChoiceField<T extends string>({
  value,
  options,
  onChange,
  ...common
}: Common & {
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
}) {
  // What is chosen stays in sight also where the account does not have it (any more).
  const offered = options.some((option) => option.value === value)
    ? options
    : [...options, { value, label: value }];
  return (
    <Select
      {...commonProps(common)}
      value={value}
      options={offered.map((option) => ({ ...option }))}
      onChange={(chosen) => {
        const option = offered.find((one) => one.value === chosen);
        if (option !== undefined) onChange(option.value);
      }}
    />
  );
}

/** A choice among which is none: stored as null. */
export function OptionalChoice<T extends string>({
  value,
  options,
  none,
  onChange,
  ...common
}: Common & {
  readonly value: T | null;
  readonly options: readonly Option<T>[];
  readonly none: string;
  readonly onChange: (value: T | null) => void;
}) {
  return (
    <ChoiceField<T | ''>
      {...common}
      value={value ?? ''}
      options={[{ value: '', label: none }, ...options]}
      onChange={(chosen) => onChange(chosen === '' ? null : chosen)}
    />
  );
}

/** A calendar day `YYYY-MM-DD`, or none. HubSpot counts months from 0. */
export function DayField({
  value,
  onChange,
  ...common
}: Common & { readonly value: string | null; readonly onChange: (value: string | null) => void }) {
  const [year = 0, month = 1, date = 1] = (value ?? '').split('-').map(Number);
  return (
    <DateInput
      {...commonProps(common)}
      {...(value === null ? {} : { value: { year, month: month - 1, date } })}
      format="YYYY-MM-DD"
      onChange={(chosen) => onChange(dayOf(chosen))}
    />
  );
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** The clear button of HubSpot's input sends nothing, whatever its type says. */
function dayOf(chosen: { year: number; month: number; date: number } | null | undefined): string | null {
  if (chosen === null || chosen === undefined) return null;
  return `${String(chosen.year).padStart(4, '0')}-${two(chosen.month + 1)}-${two(chosen.date)}`;
}
