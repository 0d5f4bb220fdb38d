/** Bars and lines as HubSpot draws them from rows: one colour for each group, beside each other or stacked. */
import type { BarChartProps, LineChartProps } from '@hubspot/ui-extensions';
import type { ReactNode } from 'react';
import { ceilingOf, readChart, type Chart } from './chart-data.ts';

const width = 640;
const height = 240;
const inset = { left: 52, right: 12, top: 14, bottom: 30 };
const inner = { width: width - inset.left - inset.right, height: height - inset.top - inset.bottom };
const steps = [0, 0.25, 0.5, 0.75, 1];

const numberFormat = new Intl.NumberFormat('en-GB');

type Scale = { readonly y: (value: number) => number; readonly ceiling: number };

function scaleOf(chart: Chart): Scale {
  const ceiling = ceilingOf(chart);
  return { ceiling, y: (value) => inset.top + inner.height * (1 - Math.max(0, value) / ceiling) };
}

/** Grid and words around the drawing; the table below it says the same to whoever cannot see it. */
function Frame({ chart, scale, children }: { chart: Chart; scale: Scale; children: ReactNode }) {
  const middle = Math.floor((chart.labels.length - 1) / 2);
  const shown = new Set([0, middle, chart.labels.length - 1]);
  return (
    <figure className="chart">
      {chart.title === null ? null : <figcaption>{chart.title}</figcaption>}
      {chart.showLegend ? <Legend chart={chart} /> : null}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={chart.title ?? chart.yLabel}>
        {steps.map((share) => (
          <g key={share}>
            <line
              x1={inset.left}
              x2={width - inset.right}
              y1={scale.y(share * scale.ceiling)}
              y2={scale.y(share * scale.ceiling)}
            />
            <text x={inset.left - 8} y={scale.y(share * scale.ceiling) + 4} textAnchor="end">
              {numberFormat.format(share * scale.ceiling)}
            </text>
          </g>
        ))}
        {chart.labels.map((label, index) =>
          shown.has(index) ? (
            <text key={label} x={centre(index, chart)} y={height - 8} textAnchor="middle">
              {shortened(label)}
            </text>
          ) : null,
        )}
        {children}
      </svg>
      <Numbers chart={chart} />
    </figure>
  );
}

/** What has room below the axis; the legend and the table have all of it. */
function shortened(label: string): string {
  return label.length > 20 ? `${label.slice(0, 19)}…` : label;
}

/** Where the place of the label at `index` has its middle. */
function centre(index: number, { labels }: Chart): number {
  return inset.left + (inner.width / Math.max(1, labels.length)) * (index + 0.5);
}

function Legend({ chart }: { chart: Chart }) {
  return (
    <ul className="legend" aria-hidden="true">
      {chart.series.map(({ name, colour }) => (
        <li key={name}>
          <span style={{ background: colour }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Numbers({ chart: { xLabel, labels, series } }: { chart: Chart }) {
  return (
    <div className="visually-hidden">
      <table>
        <thead>
          <tr>
            <th scope="col">{xLabel}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{values[index] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function tooltip(name: string, label: string | undefined, value: number): string {
  return `${name}, ${label ?? ''}: ${numberFormat.format(value)}`;
}

export function BarChart(props: BarChartProps) {
  const chart = readChart(props);
  const scale = scaleOf(chart);
  const place = (inner.width / Math.max(1, chart.labels.length)) * 0.7;
  const thickness = chart.stacked ? place : place / Math.max(1, chart.series.length);
  return (
    <Frame chart={chart} scale={scale}>
      {chart.series.map(({ name, colour, values }, number) =>
        values.map((value, index) => {
          if (value === null) return null;
          const below = chart.stacked
            ? chart.series.slice(0, number).reduce((sum, other) => sum + (other.values[index] ?? 0), 0)
            : 0;
          const left = centre(index, chart) - place / 2 + (chart.stacked ? 0 : number * thickness);
          const top = scale.y(below + value);
          return (
            <rect
              key={`${name} ${chart.labels[index]}`}
              x={left}
              y={top}
              width={thickness}
              height={Math.max(0, scale.y(below) - top)}
              fill={colour}
            >
              <title>{tooltip(name, chart.labels[index], value)}</title>
            </rect>
          );
        }),
      )}
    </Frame>
  );
}

export function LineChart(props: LineChartProps) {
  const chart = readChart(props);
  const scale = scaleOf(chart);
  return (
    <Frame chart={chart} scale={scale}>
      {chart.series.map(({ name, colour, values }) => {
        const points = values.flatMap((value, index) =>
          value === null ? [] : [{ x: centre(index, chart), y: scale.y(value), value, index }],
        );
        return (
          <g key={name}>
            <polyline
              points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
              fill="none"
              stroke={colour}
              strokeWidth="2"
            />
            {points.map(({ x, y, value, index }) => (
              <circle key={index} cx={x} cy={y} r="3" fill={colour}>
                <title>{tooltip(name, chart.labels[index], value)}</title>
              </circle>
            ))}
          </g>
        );
      })}
    </Frame>
  );
}
