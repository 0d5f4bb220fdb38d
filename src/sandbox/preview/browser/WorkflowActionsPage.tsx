/** The app's workflow actions, each with what HubSpot's workflow editor lets one fill in, to be run for one partner. */
import { useId, useState } from 'react';
import type { PreviewPortal } from '../server.ts';
import type { ActionOutcome, CompanyList, WorkflowAction } from '../views.ts';
import { ActionForm } from './ActionForm.tsx';
import { recordPath } from './paths.ts';
import { useLoad } from './use-load.ts';
import { useTitle } from './use-title.ts';

export function WorkflowActionsPage({ portal }: { portal: PreviewPortal }) {
  const [companyId, setCompanyId] = useState('');
  useTitle('Workflow actions');
  return (
    <main className="app-page" tabIndex={-1}>
      <h1>Workflow actions</h1>
      <p className="muted">
        A workflow would run these on a company that it has enrolled. Choose the company, fill in the fields
        and run the action as HubSpot would: signed, and without a user.
      </p>
      {portal.workflowActions.length === 0 ? (
        <div className="alert alert-info" role="status">
          <strong>This app has no workflow actions.</strong> HubSpot offers those that have a manifest in
          app/workflow-actions.
        </div>
      ) : (
        <>
          <CompanyChoice portal={portal} companyId={companyId} onChoose={setCompanyId} />
          {portal.workflowActions.map((action) => (
            <Action key={action.uid} action={action} companyId={companyId} />
          ))}
        </>
      )}
    </main>
  );
}

type ChoiceProps = {
  readonly portal: PreviewPortal;
  readonly companyId: string;
  readonly onChoose: (companyId: string) => void;
};

function CompanyChoice({ portal, companyId, onChoose }: ChoiceProps) {
  const [search, setSearch] = useState('');
  const id = useId();
  const parameters = new URLSearchParams({ view: 'all', search, sort: 'name' });
  const { value: list, error } = useLoad<CompanyList>(`/api/companies?${parameters}`);
  return (
    <div className="filters">
      <input
        type="search"
        aria-label="Search companies"
        placeholder="Search name, domain"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <label className="choice" htmlFor={id}>
        Company
      </label>
      <select id={id} value={companyId} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{list?.rows.length === 0 ? 'No company is called so' : 'Choose a company'}</option>
        {list?.rows.map(({ id: company, name, status }) => (
          <option key={company} value={company}>
            {name ?? company}
            {status === null ? '' : ` (${status.label})`}
          </option>
        ))}
      </select>
      {companyId === '' ? null : (
        <a href={recordPath(portal.portalId, companyId)} data-inside="">
          Open the record
        </a>
      )}
      {error === null ? null : <p role="alert">{error}</p>}
    </div>
  );
}

function Action({ action, companyId }: { action: WorkflowAction; companyId: string }) {
  const [outcome, setOutcome] = useState<ActionOutcome | null>(null);
  const heading = useId();
  return (
    <section className="card action" aria-labelledby={heading}>
      <h2 id={heading} className="card-title">
        {action.name}
      </h2>
      <p>{action.description}</p>
      <ActionForm action={action} companyId={companyId} outcome={outcome} onOutcome={setOutcome} />
      {outcome === null ? null : <Outcome outcome={outcome} />}
    </section>
  );
}

function Outcome({ outcome }: { outcome: ActionOutcome }) {
  return (
    <div role="status">
      <div className={`alert alert-${outcome.tone}`}>{outcome.sentence}</div>
      {outcome.outputs.length === 0 ? null : (
        <dl className="description-list description-list-row">
          {outcome.outputs.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <details>
        <summary>Over the wire</summary>
        <pre className="wire">{outcome.sent}</pre>
        <pre className="wire">{outcome.answered}</pre>
      </details>
    </div>
  );
}
