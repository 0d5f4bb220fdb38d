/** Inputs that offer options, and the form that gathers them all. */
import type { FormProps, MultiSelectProps, SelectProps } from '@hubspot/ui-extensions';
import { useState, type FormEvent } from 'react';
import { reactions, submitEvent } from './events.ts';
import { Field } from './inputs.tsx';

type Value = SelectProps['options'][number]['value'];

/** Options may be text, numbers or booleans, a page's <option> only text: the index stands for the value. */
export function Select(props: SelectProps) {
  const [own, setOwn] = useState<Value | undefined>(undefined);
  const chosen = props.value ?? own;
  const index = props.options.findIndex(({ value }) => value === chosen);
  const choose = (position: string): void => {
    const option = props.options[Number(position)];
    if (option === undefined) return;
    setOwn(option.value);
    props.onChange?.(option.value);
  };
  return (
    <Field field={props}>
      {(described) => (
        <>
          <select
            {...described}
            value={index === -1 ? '' : String(index)}
            disabled={props.readOnly === true}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="" disabled={true}>
              {props.placeholder ?? 'Select'}
            </option>
            {props.options.map((option, position) => (
              <option key={String(option.value)} value={String(position)}>
                {option.label}
              </option>
            ))}
          </select>
          <Submitted name={props.name} value={index === -1 ? '' : String(chosen)} />
        </>
      )}
    </Field>
  );
}

export function MultiSelect(props: MultiSelectProps) {
  const [own, setOwn] = useState<readonly Value[]>([]);
  const chosen = props.value ?? own;
  const toggle = (value: Value): void => {
    const next = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    setOwn(next);
    props.onChange?.(next);
  };
  return (
    <Field field={props} group={true}>
      {(described) => (
        <div
          id={described.id}
          aria-describedby={described['aria-describedby']}
          role="group"
          aria-label={props.label}
          className="multi-select"
        >
          {props.options.map(({ label, value }) => (
            <label key={String(value)}>
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                disabled={props.readOnly === true}
                onChange={() => toggle(value)}
              />
              {label}
            </label>
          ))}
          <Submitted name={props.name} value={chosen.map(String).join(';')} />
        </div>
      )}
    </Field>
  );
}

/** What a form submits for an input whose page element says something else. */
function Submitted({ name, value }: { name: string | undefined; value: string }) {
  return <input type="hidden" name={name} value={value} />;
}

export function Form({ onSubmit, autoComplete, children }: FormProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const values = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
    void onSubmit?.(submitEvent(Object.fromEntries(values)), reactions);
  };
  // The extension checks what was filled in, and says so in the fields: the browser's own bubbles stay away.
  return (
    <form className="form" autoComplete={autoComplete ?? 'off'} noValidate={true} onSubmit={submit}>
      {children}
    </form>
  );
}
