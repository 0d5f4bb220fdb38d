import { useId, useState, type FormEvent } from 'react';
import type { ActionField, ActionOutcome, ActionRequest, WorkflowAction } from '../views.ts';
import { askPreview } from './ask.ts';
import { useShell } from './shell.tsx';

type Props = {
  readonly action: WorkflowAction;
  /** Empty while none is chosen. */
  readonly companyId: string;
  readonly outcome: ActionOutcome | null;
  readonly onOutcome: (outcome: ActionOutcome | null) => void;
};

export function ActionForm({ action, companyId, outcome, onOutcome }: Props) {
  const shell = useShell();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [signature, setSignature] = useState<ActionRequest['signature']>('v2');
  const [running, setRunning] = useState(false);
  const signedWith = useId();

  const run = async (callbackId: string | null): Promise<void> => {
    setRunning(true);
    onOutcome(null);
    const request: ActionRequest = {
      companyId,
      inputFields: sentFields(action.inputs, values),
      callbackId,
      signature,
    };
    try {
      onOutcome(await askPreview<ActionOutcome>(`/api/workflow-actions/${action.uid}`, request));
    } catch (error) {
      shell.addAlert({ type: 'danger', message: error instanceof Error ? error.message : String(error) });
    } finally {
      setRunning(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(null);
  };
  return (
    <form className="form" onSubmit={submit}>
      {action.inputs.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <div className="button-row">
        <button type="submit" className="button button-primary" disabled={companyId === '' || running}>
          {running ? 'Running…' : 'Run action'}
        </button>
        <button
          type="button"
          className="button button-secondary"
          disabled={outcome === null || running}
          onClick={() => void run(outcome?.callbackId ?? null)}
        >
          Send the same again, as a retry
        </button>
        <label className="choice" htmlFor={signedWith}>
          Signed with
        </label>
        <select
          id={signedWith}
          value={signature}
          onChange={(event) => setSignature(event.target.value === 'v3' ? 'v3' : 'v2')}
        >
          <option value="v2">version 2, as documented for actions</option>
          <option value="v3">version 3 too, as for cards</option>
        </select>
      </div>
    </form>
  );
}

/** HubSpot sends dates as milliseconds and numbers as numbers; what is empty is not sent. */
function sentFields(
  fields: readonly ActionField[],
  values: Readonly<Record<string, string>>,
): ActionRequest['inputFields'] {
  return Object.fromEntries(
    fields.flatMap(({ name, type }) => {
      const value = values[name] ?? '';
      if (value === '') return [];
      if (type === 'number') return [[name, Number(value)]];
      return [
        [
          name,
          type === 'date' || type === 'datetime' ? Date.parse(type === 'date' ? value : `${value}Z`) : value,
        ],
      ];
    }),
  );
}

type InputProps = {
  readonly field: ActionField;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function FieldInput({ field, value, onChange }: InputProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {field.label}
        {field.required ? <span aria-hidden="true"> *</span> : null}
      </label>
      {field.description === null ? null : (
        <div id={`${id}-help`} className="microcopy">
          {field.description}
        </div>
      )}
      <Control
        id={id}
        aria-describedby={field.description === null ? undefined : `${id}-help`}
        field={field}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}

const inputTypes = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'datetime-local',
} as const;

const yesOrNo: ActionField['options'] = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

function Control(
  props: InputProps & { readonly id: string; readonly 'aria-describedby': string | undefined },
) {
  const { field, onChange, ...given } = props;
  const common = { ...given, required: field.required };
  if (field.type === 'enumeration' || field.type === 'bool') {
    return (
      <select {...common} onChange={(event) => onChange(event.target.value)}>
        <option value="">Choose</option>
        {(field.type === 'bool' ? yesOrNo : field.options).map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  return field.fieldType === 'textarea' ? (
    <textarea {...common} rows={3} onChange={(event) => onChange(event.target.value)} />
  ) : (
    <input
      {...common}
      type={inputTypes[field.type]}
      step="any"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
