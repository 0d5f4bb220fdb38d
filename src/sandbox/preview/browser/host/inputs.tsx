import type {
  CurrencyInputProps,
  InputProps,
  NumberInputProps,
  SearchInputProps,
  StepperInputProps,
  TextAreaProps,
} from '@hubspot/ui-extensions';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';

type FieldProps = {
  readonly label?: string | undefined;
  readonly required?: boolean | undefined;
  readonly description?: string | undefined;
  readonly tooltip?: string | undefined;
  readonly error?: boolean | undefined;
  readonly validationMessage?: string | undefined;
};

/** What the control inside a field takes over, so that whoever does not see the frame hears it. */
type Described = {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
  readonly 'aria-required': boolean;
};

/** Label above, help below, error in red: the frame of every input. `group`: several controls share the label. */
export function Field({
  field,
  group = false,
  children,
}: {
  field: FieldProps;
  group?: boolean;
  children: (described: Described) => ReactNode;
}) {
  const id = useId();
  const { label, description, tooltip, validationMessage } = field;
  const help = [
    { id: `${id}-tooltip`, text: tooltip },
    { id: `${id}-description`, text: description },
    { id: `${id}-message`, text: validationMessage },
  ].filter(({ text }) => text !== undefined && text !== '');
  const Label = group ? 'div' : 'label';
  return (
    <div className={field.error === true ? 'field field-error' : 'field'}>
      {label === undefined ? null : (
        <Label className="field-label" {...(group ? {} : { htmlFor: id })}>
          {label}
          {field.required === true ? <span aria-hidden="true"> *</span> : null}
          {tooltip === undefined ? null : (
            <span className="hint" title={tooltip}>
              <span aria-hidden="true">ⓘ</span>
              <span id={`${id}-tooltip`} className="visually-hidden">
                {tooltip}
              </span>
            </span>
          )}
        </Label>
      )}
      {description === undefined ? null : (
        <div id={`${id}-description`} className="microcopy">
          {description}
        </div>
      )}
      {children({
        id,
        'aria-describedby': help.length === 0 ? undefined : help.map((part) => part.id).join(' '),
        'aria-invalid': field.error === true,
        'aria-required': field.required === true,
      })}
      {validationMessage === undefined ? null : (
        <div id={`${id}-message`} className={field.error === true ? 'field-message' : 'microcopy'}>
          {validationMessage}
        </div>
      )}
    </div>
  );
}

/** What is typed shows at once; a new value from the extension replaces it. */
export function useTyped(given: string): [string, (typed: string) => void] {
  const [state, setState] = useState({ given, typed: given });
  // Now, or a value that is given once more would bring back what was typed over it before.
  if (state.given !== given) setState({ given, typed: given });
  const typed = state.given === given ? state.typed : given;
  return [typed, (next) => setState({ given, typed: next })];
}

/** HubSpot tells an extension of a changed input when it is left or submitted, not at each key. */
function onEnter(settle: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key === 'Enter') settle();
  };
}

export function Input(props: InputProps) {
  const [typed, setTyped] = useTyped(props.value ?? props.defaultValue ?? '');
  return (
    <Field field={props}>
      {(described) => (
        <input
          {...described}
          name={props.name}
          type={props.type ?? 'text'}
          value={typed}
          readOnly={props.readOnly === true}
          placeholder={props.placeholder}
          onKeyDown={onEnter(() => props.onChange?.(typed))}
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
      {(described) => (
        <textarea
          {...described}
          name={props.name}
          value={typed}
          rows={props.rows ?? 4}
          cols={props.cols}
          maxLength={props.maxLength}
          readOnly={props.readOnly === true}
          placeholder={props.placeholder}
          style={{ resize: props.resize ?? 'vertical' }}
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

type AnyNumberProps = NumberInputProps & { stepSize?: number; prefix?: string };

function NumberField({ stepSize, prefix, ...props }: AnyNumberProps) {
  const given = props.value ?? props.defaultValue;
  const [typed, setTyped] = useTyped(given === undefined ? '' : String(given));
  const settled = (): void => {
    if (typed !== '' && Number.isFinite(Number(typed))) props.onChange?.(Number(typed));
  };
  return (
    <Field field={props}>
      {(described) => (
        <span className="affixed">
          {prefix === undefined ? null : <span>{prefix}</span>}
          <input
            {...described}
            name={props.name}
            type="number"
            value={typed}
            min={props.min}
            max={props.max}
            step={stepSize ?? 'any'}
            readOnly={props.readOnly === true}
            placeholder={props.placeholder}
            onKeyDown={onEnter(settled)}
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
