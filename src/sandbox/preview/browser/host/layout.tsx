import type {
  AutoGridProps,
  BoxProps,
  CardProps,
  DividerProps,
  FlexProps,
  InlineProps,
  SpacerProps,
  StackProps,
  TileProps,
} from '@hubspot/ui-extensions';
import type { CSSProperties } from 'react';

const distances: ReadonlyMap<string, number> = new Map([
  ['flush', 0],
  ['extra-small', 4],
  ['xs', 4],
  ['small', 8],
  ['sm', 8],
  ['medium', 16],
  ['md', 16],
  ['large', 24],
  ['lg', 24],
  ['extra-large', 32],
  ['xl', 32],
]);

export function pixels(distance: string | undefined, otherwise: number): number {
  return distances.get(distance ?? '') ?? otherwise;
}

const justified: ReadonlyMap<string, string> = new Map([
  ['start', 'flex-start'],
  ['end', 'flex-end'],
  ['center', 'center'],
  ['around', 'space-around'],
  ['between', 'space-between'],
]);

const aligned: ReadonlyMap<string, string> = new Map([
  ['start', 'flex-start'],
  ['end', 'flex-end'],
  ['center', 'center'],
  ['baseline', 'baseline'],
  ['stretch', 'stretch'],
]);

const wraps: ReadonlyMap<unknown, CSSProperties['flexWrap']> = new Map<unknown, CSSProperties['flexWrap']>([
  [true, 'wrap'],
  ['wrap', 'wrap'],
]);

export function Flex({ direction, justify, align, alignSelf, gap, wrap, children }: FlexProps) {
  const style: CSSProperties = {
    display: 'flex',
    flexDirection: direction ?? 'row',
    justifyContent: justified.get(justify ?? 'start'),
    alignItems: aligned.get(align ?? 'stretch'),
    alignSelf: aligned.get(alignSelf ?? ''),
    flexWrap: wraps.get(wrap) ?? 'nowrap',
    gap: pixels(gap, 0),
  };
  return <div style={style}>{children}</div>;
}

export function Stack({ direction, justify, align, distance, width, children }: StackProps) {
  const style: CSSProperties = {
    display: 'flex',
    flexDirection: direction ?? 'column',
    justifyContent: justified.get(justify ?? 'start'),
    alignItems: aligned.get(align ?? 'stretch'),
    gap: pixels(distance, 8),
    width: width ?? '100%',
  };
  return <div style={style}>{children}</div>;
}

export function Inline({ justify, align, gap, children }: InlineProps) {
  const style: CSSProperties = {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: justified.get(justify ?? 'start'),
    alignItems: aligned.get(align ?? 'center'),
    gap: pixels(gap, 0),
  };
  return <div style={style}>{children}</div>;
}

export function Box({ flex, alignSelf, children }: BoxProps) {
  return (
    <div style={{ flex: flex ?? 'initial', alignSelf: aligned.get(alignSelf ?? ''), minWidth: 0 }}>
      {children}
    </div>
  );
}

export function AutoGrid({ columnWidth, flexible, gap, children }: AutoGridProps) {
  const width = `minmax(min(${columnWidth}px, 100%), ${flexible === true ? '1fr' : `${columnWidth}px`})`;
  return (
    <div style={{ display: 'grid', gridTemplateColumns: `repeat(auto-fill, ${width})`, gap: pixels(gap, 0) }}>
      {children}
    </div>
  );
}

export function Divider({ distance, size }: DividerProps) {
  return <hr className="divider" style={{ margin: `${pixels(distance ?? size, 0)}px 0` }} />;
}

export function Spacer({ size }: SpacerProps) {
  return <div style={{ height: pixels(size, 16) }} />;
}

export function Tile({ compact, flush, children }: TileProps) {
  const block = compact === true ? 12 : 20;
  return (
    <div
      className="tile"
      style={{ padding: `${block}px ${flush === true ? 0 : compact === true ? 16 : 20}px` }}
    >
      {children}
    </div>
  );
}

export function Card({ children }: CardProps) {
  return <div className="card">{children}</div>;
}
