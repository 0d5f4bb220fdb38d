import type {
  CurrencyInputProps,
  FormProps,
  InputProps,
  MultiSelectProps,
  NumberInputProps,
  SearchInputProps,
  SelectProps,
  StepperInputProps,
  TextAreaProps,
} from '@hubspot/ui-extensions';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { reactions, submitEvent } from './events.ts';

type FieldProps = {
  readonly label?: string | undefined;
  readonly required?: boolean | undefined;
  readonly description?: string | undefined;
  readonly tooltip?: string | undefined;
  readonly error?: boolean | undefined;
  readonly validationMessage?: string | undefined;
};

/** Label above, help below, error in red: the frame of every input. */
export function Field({ field, children }: { field: FieldProps; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={field.error === true ? 'field field-error' : 'field'}>
      {field.label === undefined ? null : (
        <label htmlFor={id} title={field.tooltip}>
          {field.label}
          {field.required === true ? <span aria-hidden="true"> *</span> : null}
        </label>
      )}
      {field.description === undefined ? null : <div className="microcopy">{field.description}</div>}
      {children(id)}
      {field.validationMessage === undefined ? null : (
        <div className={field.error === true ? 'field-message' : 'microcopy'}>{field.validationMessage}</div>
      )}
    </div>
  );
}

/** What is typed shows at once; a new value from the extension replaces it. */
function useTyped(given: string): [string, (typed: string) => void] {
  const [state, setState] = useState({ given, typed: given });
  const typed = state.given === given ? state.typed : given;
  return [typed, (next) => setState({ given, typed: next })];
}

export function Input(props: InputProps) {
  const [typed, setTyped] = useTyped(props.value ?? props.defaultValue ?? '');
  return (
    <Field field={props}>
      {(id) => (
        <input
          id={id}
          name={props.name}
          type={props.type ?? 'text'}
          value={typed}
          required={props.required === true}
          readOnly={props.readOnly === true}
          placeholder={props.placeholder}
          aria-invalid={props.error === true}
          onChange={(event) => {
            setTyped(event.target.value);
            props.onInput?.(event.target.value);
          }}
          onFocus={() => props.onFocus?.(typed)}
          onBlur={() => {
            props.onChange?.(typed);
            props.onBlur?.(typed);
          }}
        />
      )}
    </Field>
  );
}

export function SearchInput({ clearable: _clearable, ...input }: SearchInputProps) {
  return <Input {...input} />;
}

export function TextArea(props: TextAreaProps) {
  const [typed, setTyped] = useTyped(props.value ?? props.defaultValue ?? '');
  return (
    <Field field={props}>
      {(id) => (
        <textarea
          id={id}
          name={props.name}
          value={typed}
          rows={props.rows ?? 4}
          cols={props.cols}
          maxLength={props.maxLength}
          required={props.required === true}
          readOnly={props.readOnly === true}
          placeholder={props.placeholder}
          aria-invalid={props.error === true}
          style={{ resize: props.resize ?? 'vertical' }}
          onChange={(event) => {
            setTyped(event.target.value);
            props.onInput?.(event.target.value);
          }}
          onBlur={() => props.onChange?.(typed)}
        />
      )}
    </Field>
  );
}

type AnyNumberProps = NumberInputProps & { stepSize?: number; prefix?: string };

function NumberField({ stepSize, prefix, ...props }: AnyNumberProps) {
  const given = props.value ?? props.defaultValue;
  const [typed, setTyped] = useTyped(given === undefined ? '' : String(given));
  const settled = (): void => {
    if (typed !== '' && Number.isFinite(Number(typed))) props.onChange?.(Number(typed));
  };
  return (
    <Field field={props}>
      {(id) => (
        <span className="affixed">
          {prefix === undefined ? null : <span>{prefix}</span>}
          <input
            id={id}
            name={props.name}
            type="number"
            value={typed}
            min={props.min}
            max={props.max}
            step={stepSize ?? 'any'}
            required={props.required === true}
            readOnly={props.readOnly === true}
            placeholder={props.placeholder}
            aria-invalid={props.error === true}
            onChange={(event) => {
              setTyped(event.target.value);
              if (event.target.value !== '') props.onInput?.(Number(event.target.value));
            }}
            onBlur={settled}
          />
          {props.formatStyle === 'percentage' ? <span>%</span> : null}
        </span>
      )}
    </Field>
  );
}

export function NumberInput(props: NumberInputProps) {
  return <NumberField {...props} />;
}

export function StepperInput({ stepSize = 1, ...props }: StepperInputProps) {
  return <NumberField {...props} stepSize={stepSize} />;
}

export function CurrencyInput({ currency, ...props }: CurrencyInputProps) {
  return <NumberField {...props} prefix={currency ?? 'USD'} />;
}

/** Options may be text, numbers or booleans, a page's <option> only text: the index stands for the value. */
export function Select(props: SelectProps) {
  const index = props.options.findIndex(({ value }) => value === props.value);
  return (
    <Field field={props}>
      {(id) => (
        <select
          id={id}
          name={props.name}
          value={index === -1 ? '' : String(index)}
          required={props.required === true}
          disabled={props.readOnly === true}
          onChange={(event) => {
            const option = props.options[Number(event.target.value)];
            if (option !== undefined) props.onChange?.(option.value);
          }}
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
      )}
    </Field>
  );
}

export function MultiSelect(props: MultiSelectProps) {
  const chosen = props.value ?? [];
  const toggle = (value: string | number | boolean): void =>
    props.onChange?.(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <Field field={props}>
      {(id) => (
        <div id={id} role="group" aria-label={props.label} className="multi-select">
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
        </div>
      )}
    </Field>
  );
}

export function Form({ onSubmit, autoComplete, children }: FormProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const values = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
    void onSubmit?.(submitEvent(Object.fromEntries(values)), reactions);
  };
  return (
    <form className="form" autoComplete={autoComplete ?? 'off'} onSubmit={submit}>
      {children}
    </form>
  );
}
