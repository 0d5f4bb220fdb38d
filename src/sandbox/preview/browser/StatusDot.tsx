import type { Choice } from '../views.ts';

const colours: ReadonlyMap<string, string> = new Map([
  ['active', 'success'],
  ['reactivated', 'success'],
  ['cooling', 'warning'],
  ['at_risk', 'warning'],
  ['inactive', 'danger'],
  ['never_activated', 'info'],
]);

/** An enumeration's value in a list, as HubSpot shows a status. */
export function StatusDot({ status }: { status: Choice }) {
  return (
    <span className={`status-tag status-tag-${colours.get(status.value) ?? 'default'}`}>
      <span className="status-dot" aria-hidden="true" />
      {status.label}
    </span>
  );
}
