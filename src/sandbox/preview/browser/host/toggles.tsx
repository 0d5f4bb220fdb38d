import type { CheckboxProps, RadioButtonProps, ToggleGroupProps, ToggleProps } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { Field } from './inputs.tsx';

function useChecked(
  given: boolean | undefined,
  initial: boolean | undefined,
): [boolean, (checked: boolean) => void] {
  const [own, setOwn] = useState(initial === true);
  return [given ?? own, setOwn];
}

function Tick({ kind, props }: { kind: 'checkbox' | 'radio'; props: CheckboxProps }) {
  const [checked, setChecked] = useChecked(props.checked, props.initialIsChecked);
  return (
    <label className="tick">
      <input
        type={kind}
        name={props.name}
        value={props.value}
        checked={checked}
        disabled={props.readOnly === true || props.readonly === true}
        aria-label={props['aria-label']}
        onChange={(event) => {
          setChecked(event.target.checked);
          props.onChange?.(event.target.checked, props.value ?? '');
        }}
      />
      <span>
        {props.children}
        {props.description === undefined ? null : <span className="microcopy"> {props.description}</span>}
      </span>
    </label>
  );
}

export function Checkbox(props: CheckboxProps) {
  return <Tick kind="checkbox" props={props} />;
}

export function RadioButton(props: RadioButtonProps) {
  return <Tick kind="radio" props={props} />;
}

export function Toggle(props: ToggleProps) {
  const [checked, setChecked] = useChecked(props.checked, props.initialIsChecked);
  const words = checked ? (props.textChecked ?? 'ON') : (props.textUnchecked ?? 'OFF');
  return (
    <div className={`toggle-field toggle-${props.labelDisplay ?? 'inline'}`}>
      {props.labelDisplay === 'hidden' ? null : <span>{props.label}</span>}
      <button
        type="button"
        role="switch"
        className="toggle"
        aria-checked={checked}
        aria-label={props.label}
        disabled={props.readOnly === true || props.readonly === true}
        onClick={() => {
          setChecked(!checked);
          props.onChange?.(!checked);
        }}
      >
        {words}
      </button>
    </div>
  );
}

export function ToggleGroup(props: ToggleGroupProps) {
  const initial = props.options
    .filter(({ initialIsChecked }) => initialIsChecked === true)
    .map(({ value }) => value);
  const [own, setOwn] = useState<readonly string[]>(initial);
  const chosen = props.value === undefined ? own : [props.value].flat();
  const radio = props.toggleType === 'radioButtonList';
  const choose = (value: string): void => {
    if (props.toggleType === 'radioButtonList') {
      setOwn([value]);
      return void props.onChange?.(value);
    }
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
          role={radio ? 'radiogroup' : 'group'}
          aria-label={props.label}
          className={props.inline === true ? 'ticks ticks-inline' : 'ticks'}
        >
          {props.options.map((option) => (
            <label key={option.value} className="tick">
              <input
                type={radio ? 'radio' : 'checkbox'}
                name={props.name}
                value={option.value}
                checked={chosen.includes(option.value)}
                disabled={option.readOnly === true || option.readonly === true}
                onChange={() => choose(option.value)}
              />
              <span>
                {option.label}
                {option.description === undefined ? null : (
                  <span className="microcopy"> {option.description}</span>
                )}
              </span>
            </label>
          ))}
        </div>
      )}
    </Field>
  );
}
