import type { ButtonProps, ButtonRowProps, DropdownProps, LoadingButtonProps } from '@hubspot/ui-extensions';
import { useEffect, useRef, useState, type ComponentProps, type KeyboardEvent, type RefObject } from 'react';
import { Carat } from '../Carat.tsx';
import { insidePath } from '../paths.ts';
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
          if (address !== undefined) window.open(insidePath(address) ?? address, '_blank', 'noreferrer');
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

/** The arrows go through a menu's items; the list is short, so they do not go round. */
function moveInMenu(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  items[Math.min(items.length - 1, Math.max(0, at + step))]?.focus();
}

/** Closes on a press or a focus anywhere else. */
function useCloseOutside(frame: RefObject<HTMLElement>, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const look = (event: Event): void => {
      if (event.target instanceof Node && frame.current?.contains(event.target) !== true) close();
    };
    addEventListener('pointerdown', look);
    addEventListener('focusin', look);
    return () => {
      removeEventListener('pointerdown', look);
      removeEventListener('focusin', look);
    };
  });
}

export function Dropdown({ buttonText, buttonSize, variant, disabled, options, children }: DropdownProps) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  useCloseOutside(frame, open, () => setOpen(false));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'Escape') return moveInMenu(event);
    setOpen(false);
    trigger.current?.focus();
  };
  return (
    <div className="dropdown" ref={frame} onKeyDown={onKeyDown}>
      <button
        ref={trigger}
        type="button"
        className={`button button-${variant ?? 'secondary'} button-${sizeOf(buttonSize)}`}
        disabled={disabled === true}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {buttonText ?? 'More'} <Carat points="down" />
      </button>
      {/* Hidden rather than absent: an item may hold the modal that it opens. */}
      <div className="menu" role="menu" hidden={!open} onClick={() => setOpen(false)}>
        {options?.map(({ label, onClick }) => (
          <button key={label} type="button" role="menuitem" onClick={() => onClick?.()}>
            {label}
          </button>
        ))}
        {children}
      </div>
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
