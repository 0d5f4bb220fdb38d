/** What a chart's rows say, before anything is drawn. */
import type { BarChartProps, LineChartProps } from '@hubspot/ui-extensions';

type Series = {
  readonly name: string;
  readonly colour: string;
  /** One for each label; null where the rows say nothing. */
  readonly values: readonly (number | null)[];
};

export type Chart = {
  readonly title: string | null;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly stacked: boolean;
  readonly showLegend: boolean;
};

/** HubSpot's named colours, in the order in which it hands them out. */
const colours: ReadonlyMap<string, string> = new Map([
  ['orange', '#ff8f59'],
  ['aqua', '#51d3d9'],
  ['purple', '#9784c2'],
  ['yellow', '#f5c26b'],
  ['pink', '#f2a2c0'],
  ['blue', '#6a9fe0'],
  ['green', '#4fb06d'],
  ['darkOrange', '#d9623a'],
  ['darkAqua', '#00a4bd'],
  ['darkPurple', '#5e4db2'],
  ['darkYellow', '#d39b2e'],
  ['darkPink', '#c94b86'],
  ['darkBlue', '#2f5fa8'],
  ['darkGreen', '#1f7a4d'],
]);
const inOrder = [...colours.values()];

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function labelOf(value: string | number | undefined, isTime: boolean): string {
  if (value === undefined) return '';
  const moment = isTime ? new Date(value) : null;
  return moment === null || Number.isNaN(moment.getTime()) ? String(value) : dayFormat.format(moment);
}

/** Rows of one place and one group are added up. */
export function readChart({ data, axes, options }: BarChartProps | LineChartProps): Chart {
  const rows = Array.isArray(data) ? data : data.data;
  const words = Array.isArray(data) ? undefined : data.options?.propertyLabels;
  const { x, y, options: pair } = axes;
  const group = pair?.groupFieldByColor;
  const only = y.label ?? y.field;
  const wordFor = (field: string, value: string | number | undefined): string =>
    words?.[field]?.[String(value)] ?? labelOf(value, field === x.field && x.fieldType === 'datetime');
  const labels = [...new Set(rows.map((row) => wordFor(x.field, row[x.field])))];
  const groups = group === undefined ? [only] : [...new Set(rows.map((row) => String(row[group] ?? '')))];
  const offered = (options?.colorList ?? options?.colors ?? []).map((name) => colours.get(name));
  const palette = [...offered.filter((colour) => colour !== undefined), ...inOrder];
  return {
    title: options?.title ?? null,
    xLabel: x.label ?? x.field,
    yLabel: only,
    labels,
    series: groups.map((name, number) => ({
      name: group === undefined ? name : wordFor(group, name),
      colour:
        colours.get(pair?.colors?.[name] ?? '') ?? palette[number % palette.length] ?? inOrder[0] ?? 'gray',
      values: labels.map((label) =>
        sumOf(
          rows.filter(
            (row) =>
              wordFor(x.field, row[x.field]) === label &&
              (group === undefined || String(row[group] ?? '') === name),
          ),
          y.field,
        ),
      ),
    })),
    stacked: pair?.stacking === true,
    showLegend: options?.showLegend === true,
  };
}

function sumOf(rows: readonly Readonly<Record<string, string | number>>[], field: string): number | null {
  const known = rows.flatMap((row) => (row[field] === undefined ? [] : [Number(row[field])]));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** A round number at or above everything that is drawn, whose quarters are round too. */
export function ceilingOf({ labels, series, stacked }: Chart): number {
  const tops = labels.map((_, index) => {
    const values = series.map(({ values: own }) => own[index] ?? 0);
    return stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  });
  const highest = Math.max(4, ...tops);
  const power = 10 ** Math.floor(Math.log10(highest));
  const round = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((factor) => factor * power >= highest) ?? 10;
  return Math.ceil((round * power) / 4) * 4;
}
