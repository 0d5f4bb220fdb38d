import type { CrmActionButtonProps, CrmActionLinkProps, CrmCardActionsProps } from '@hubspot/ui-extensions';
import { useShell } from '../shell.tsx';
import { Button, Dropdown } from './actions.tsx';

type Target = Pick<CrmActionButtonProps, 'actionType' | 'actionContext'>;

const would: Readonly<Record<Target['actionType'], string>> = {
  ADD_TASK: 'open its task editor',
  ADD_NOTE: 'open its note editor',
  SCHEDULE_MEETING: 'open its meeting scheduler',
  SEND_EMAIL: 'open its email editor',
  OPEN_WORKFLOW_ENROLLMENT_MODAL: 'ask for a workflow to enrol the record in',
  PREVIEW_OBJECT: 'open a preview of the record',
  OPEN_RECORD_CREATOR_FORM: 'open its form for a new record',
  OPEN_RECORD_ASSOCIATION_FORM: 'open its form for an associated record',
  ENGAGEMENT_APP_LINK: 'go to the activity',
  RECORD_APP_LINK: 'go to the record',
  PAGE_APP_LINK: 'go to a page of the app',
  EXTERNAL_URL: 'go to another site',
};

/** The preview has none of HubSpot's editors: it says which one would open, and with what. */
function useExplain(): (target: Target) => void {
  const shell = useShell();
  return ({ actionType, actionContext }) => {
    const details = Object.entries(actionContext).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    shell.addAlert({
      type: 'info',
      title: `HubSpot would ${would[actionType]}`,
      message: `${actionType} with ${details.join(', ')}`,
    });
  };
}

export function CrmActionButton({ actionType, actionContext, onClick, ...props }: CrmActionButtonProps) {
  const explain = useExplain();
  return (
    <Button
      variant={props.variant ?? 'secondary'}
      size={props.size ?? 'md'}
      disabled={props.disabled === true}
      onClick={() => {
        explain({ actionType, actionContext });
        onClick?.();
      }}
    >
      {props.children}
    </Button>
  );
}

export function CrmActionLink({ actionType, actionContext, onClick, children }: CrmActionLinkProps) {
  const explain = useExplain();
  return (
    <button
      type="button"
      className="link-button"
      onClick={() => {
        explain({ actionType, actionContext });
        onClick?.();
      }}
    >
      {children}
    </button>
  );
}

export function CrmCardActions({ actionConfigs }: CrmCardActionsProps) {
  const explain = useExplain();
  return (
    <div className="button-row">
      {actionConfigs.map((config) =>
        config.type === 'dropdown' ? (
          <Dropdown
            key={config.label ?? 'Actions'}
            buttonText={config.label ?? 'Actions'}
            buttonSize="xs"
            disabled={config.disabled === true}
            options={config.options.map((option) => ({
              label: option.label ?? option.actionType,
              onClick: () => explain(option),
            }))}
          />
        ) : (
          <Button
            key={config.label ?? config.actionType}
            size="xs"
            disabled={config.disabled === true}
            onClick={() => explain(config)}
          >
            {config.label ?? config.actionType}
          </Button>
        ),
      )}
    </div>
  );
}
