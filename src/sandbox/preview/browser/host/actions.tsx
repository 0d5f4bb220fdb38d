import type { ButtonProps, ButtonRowProps, DropdownProps, LoadingButtonProps } from '@hubspot/ui-extensions';
import { useState, type ComponentProps } from 'react';
import { Carat } from '../Carat.tsx';
import { clickEvent, reactions } from './events.ts';
import { OverlayTrigger } from './overlays.tsx';
import { addressOf } from './text.tsx';

function sizeOf(size: string | undefined): string {
  if (size === 'xs' || size === 'extra-small') return 'xs';
  return size === 'sm' || size === 'small' ? 'sm' : 'md';
}

export function Button({
  variant,
  size,
  type,
  disabled,
  href,
  onClick,
  overlay,
  truncate,
  children,
}: ButtonProps) {
  const classes = `button button-${variant ?? 'secondary'} button-${sizeOf(size)} ${truncate === true ? 'truncate' : ''}`;
  return (
    <OverlayTrigger overlay={overlay}>
      {(open) => {
        const press = (): void => {
          open?.();
          const address = addressOf(href);
          if (address !== undefined) window.open(address, '_blank', 'noreferrer');
          void onClick?.(clickEvent(), reactions);
        };
        return (
          <button type={type ?? 'button'} className={classes} disabled={disabled === true} onClick={press}>
            {children}
          </button>
        );
      }}
    </OverlayTrigger>
  );
}

export function LoadingButton({ loading, disabled, children, ...button }: LoadingButtonProps) {
  return (
    <Button {...button} disabled={disabled === true || loading === true}>
      {loading === true ? <span className="spinner spinner-xs" role="status" aria-label="Working" /> : null}
      {children}
    </Button>
  );
}

export function ButtonRow({ children }: ButtonRowProps) {
  return <div className="button-row">{children}</div>;
}

export function Dropdown({ buttonText, buttonSize, variant, disabled, options, children }: DropdownProps) {
  const [open, setOpen] = useState(false);
  return (
    <div className="dropdown">
      <button
        type="button"
        className={`button button-${variant ?? 'secondary'} button-${sizeOf(buttonSize)}`}
        disabled={disabled === true}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {buttonText ?? 'Actions'} <Carat points="down" />
      </button>
      {open ? (
        // The list closes itself on any choice; each item handles its own press.
        <div className="menu" role="menu" onClick={() => setOpen(false)}>
          {options?.map(({ label, onClick }) => (
            <button key={label} type="button" role="menuitem" onClick={() => onClick?.()}>
              {label}
            </button>
          ))}
          {children}
        </div>
      ) : null}
    </div>
  );
}

type ItemProps = Pick<ComponentProps<typeof Button>, 'onClick' | 'overlay' | 'children'>;

export function DropdownButtonItem({ onClick, overlay, children }: ItemProps) {
  return (
    <OverlayTrigger overlay={overlay}>
      {(open) => (
        <button
          type="button"
          role="menuitem"
          onClick={() => {
            open?.();
            void onClick?.(clickEvent(), reactions);
          }}
        >
          {children}
        </button>
      )}
    </OverlayTrigger>
  );
}
