import type { Edit } from './edit.ts';
import { OptionalChoice, TextField } from './fields.tsx';

type Props = {
  readonly edit: Edit;
  readonly label: string;
  readonly name: string;
  readonly description: string;
  readonly value: string | null;
  readonly none: string;
  readonly onChange: (property: string | null) => void;
  /** Offers properties of these types alone. */
  readonly types?: readonly string[];
};

/** A company property of the account; typed where HubSpot did not tell which there are. */
export function PropertySelect({ edit, types, value, none, onChange, ...field }: Props) {
  const { properties } = edit.portal;
  if (properties.length === 0) {
    return (
      <TextField
        {...field}
        readOnly={edit.readOnly}
        value={value ?? ''}
        onChange={(typed) => onChange(typed.trim() === '' ? null : typed.trim())}
      />
    );
  }
  const options = properties
    .filter(({ type }) => types === undefined || types.includes(type))
    .map(({ name, label }) => ({ value: name, label: `${label} (${name})` }));
  return (
    <OptionalChoice
      {...field}
      readOnly={edit.readOnly}
      value={value}
      none={none}
      options={options}
      onChange={onChange}
    />
  );
}
