import { MultiSelect } from '@hubspot/ui-extensions';
import type { Edit } from './edit.ts';
import { NamesField } from './fields.tsx';

type Props = {
  readonly edit: Edit;
  readonly label: string;
  readonly name: string;
  readonly description: string;
  /** The property whose values these are; null for none. */
  readonly property: string | null;
  readonly values: readonly string[];
  readonly onChange: (values: string[]) => void;
};

/** Some of a property's values; typed where the property has no options of its own. */
export function ValuesSelect({ edit, property, values, onChange, ...field }: Props) {
  const options = edit.portal.properties.find(({ name }) => name === property)?.options ?? [];
  if (options.length === 0) {
    return <NamesField {...field} readOnly={edit.readOnly} values={values} onChange={onChange} />;
  }
  const known = new Set(options.map(({ value }) => value));
  const others = values.filter((value) => !known.has(value)).map((value) => ({ value, label: value }));
  return (
    <MultiSelect
      {...field}
      testId={field.name}
      readOnly={edit.readOnly}
      value={[...values]}
      options={[...options, ...others].map((option) => ({ ...option }))}
      onChange={(chosen) => onChange(chosen.map(String))}
    />
  );
}
