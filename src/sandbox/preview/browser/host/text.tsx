import type {
  DescriptionListItemProps,
  DescriptionListProps,
  HeadingProps,
  IconProps,
  ImageProps,
  LinkProps,
  ListProps,
  StatusTagProps,
  TagProps,
  TextProps,
  TooltipProps,
} from '@hubspot/ui-extensions';
import { Children, useContext, type CSSProperties, type ReactNode } from 'react';
import { insidePath } from '../paths.ts';
import { clickEvent, reactions } from './events.ts';
import { HeadingLevel } from './heading-level.ts';
import { OverlayTrigger } from './overlays.tsx';

const weights: ReadonlyMap<string, number> = new Map([
  ['regular', 400],
  ['demibold', 600],
  ['bold', 700],
]);
const decorations: ReadonlyMap<string, string> = new Map([
  ['underline', 'underline'],
  ['strikethrough', 'line-through'],
]);
const transforms: ReadonlyMap<string, CSSProperties['textTransform']> = new Map([
  ['uppercase', 'uppercase'],
  ['lowercase', 'lowercase'],
  ['capitalize', 'capitalize'],
]);

export function Text({ variant, inline, format, truncate, children }: TextProps) {
  const Element = inline === true ? 'span' : 'div';
  const style: CSSProperties = {
    fontWeight: weights.get(format?.fontWeight ?? ''),
    fontStyle: format?.italic === true ? 'italic' : undefined,
    textDecoration: decorations.get(format?.lineDecoration ?? ''),
    textTransform: transforms.get(format?.textTransform ?? ''),
  };
  const cut = truncate !== undefined && truncate !== false ? 'truncate' : '';
  return (
    <Element className={`text ${variant === 'microcopy' ? 'microcopy' : ''} ${cut}`} style={style}>
      {children}
    </Element>
  );
}

export function Heading({ inline, children }: HeadingProps) {
  const Element = `h${useContext(HeadingLevel)}` as const;
  return (
    <Element className="heading" style={{ display: inline === true ? 'inline' : 'block' }}>
      {children}
    </Element>
  );
}

/** A URL, or an object with one; only web addresses become links, whatever an extension passes. */
export function addressOf(
  href: string | { url: string; external?: boolean } | undefined,
): string | undefined {
  const url = typeof href === 'object' ? href.url : href;
  return url !== undefined && /^(https?:\/\/|\/)/.test(url) ? url : undefined;
}

export function Link({ href, onClick, overlay, variant, preventDefault, children }: LinkProps) {
  const address = addressOf(href);
  const inside = address === undefined ? null : insidePath(address);
  const aside = typeof href === 'object' && href.external === true;
  const place = inside === null || aside ? { target: '_blank', rel: 'noreferrer' } : { 'data-inside': '' };
  return (
    <OverlayTrigger overlay={overlay}>
      {(open) => (
        <a
          className={`link link-${variant ?? 'primary'}`}
          href={inside ?? address}
          {...place}
          onClick={(event) => {
            if (open !== null || preventDefault === true) event.preventDefault();
            open?.();
            void onClick?.(clickEvent(), reactions);
          }}
        >
          {children}
          {inside === null ? <span className="visually-hidden"> (opens in a new tab)</span> : null}
        </a>
      )}
    </OverlayTrigger>
  );
}

export function List({ variant, children }: ListProps) {
  const Element = variant?.startsWith('ordered') === true ? 'ol' : 'ul';
  return (
    <Element className={`list list-${variant ?? 'unordered'}`}>
      {Children.map(children, (item) => (
        <li>{item}</li>
      ))}
    </Element>
  );
}

/** HubSpot's icon set is not published: a few well-known signs, a dot for the rest, and the name for everyone. */
const signs: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['calling', '☎'],
  ['clock', '◷'],
  ['date', '▦'],
  ['email', '✉'],
  ['info', 'ⓘ'],
  ['refresh', '↻'],
  ['remove', '×'],
  ['right', '›'],
  ['left', '‹'],
  ['success', '✓'],
  ['tasks', '☑'],
  ['warning', '⚠'],
  ['exclamation', '!'],
]);

export function Icon({ name, color, size, screenReaderText }: IconProps) {
  const label =
    screenReaderText === undefined
      ? { 'aria-hidden': true }
      : { role: 'img', 'aria-label': screenReaderText };
  return (
    <span className={`icon icon-${color ?? 'inherit'} icon-${size ?? 'sm'}`} title={name} {...label}>
      {signs.get(name) ?? '●'}
    </span>
  );
}

export function Image({ src, alt, width, height }: ImageProps) {
  return <img src={src} alt={alt ?? ''} width={width} height={height} />;
}

export function Tag({ variant, onClick, overlay, inline, children }: TagProps) {
  const classes = `tag tag-${variant ?? 'default'} ${inline === true ? 'tag-inline' : ''}`;
  return (
    <OverlayTrigger overlay={overlay}>
      {(open) =>
        open === null && onClick === undefined ? (
          <span className={classes}>{children}</span>
        ) : (
          <button
            type="button"
            className={classes}
            onClick={() => {
              open?.();
              void onClick?.(clickEvent(), reactions);
            }}
          >
            {children}
          </button>
        )
      }
    </OverlayTrigger>
  );
}

export function StatusTag({
  variant,
  hollow,
  onClick,
  showRemoveIcon,
  onRemoveClick,
  children,
}: StatusTagProps) {
  const classes = `status-tag status-tag-${variant ?? 'default'} ${hollow === true ? 'status-tag-hollow' : ''}`;
  const inside = (
    <>
      <span className="status-dot" aria-hidden="true" />
      {children}
    </>
  );
  return (
    <span className={classes}>
      {onClick === undefined ? (
        inside
      ) : (
        <button type="button" className="bare" onClick={() => onClick()}>
          {inside}
        </button>
      )}
      {showRemoveIcon === true ? (
        <button type="button" className="bare" aria-label="Remove" onClick={() => onRemoveClick?.()}>
          ×
        </button>
      ) : null}
    </span>
  );
}

export function DescriptionList({ direction, children }: DescriptionListProps) {
  return <dl className={`description-list description-list-${direction ?? 'column'}`}>{children}</dl>;
}

export function DescriptionListItem({ label, children }: DescriptionListItemProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Tooltip({ placement, children }: TooltipProps) {
  return (
    <span role="tooltip" className={`tooltip tooltip-${placement ?? 'top'}`}>
      {children}
    </span>
  );
}

export function Illustration({ children }: { children?: ReactNode }) {
  return (
    <span className="illustration" aria-hidden="true">
      {children}
    </span>
  );
}
