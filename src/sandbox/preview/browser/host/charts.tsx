import type { BarChartProps, ChartDataRow, LineChartProps } from '@hubspot/ui-extensions';

const width = 560;
const height = 200;
const inset = { left: 44, right: 12, top: 12, bottom: 28 };
const inner = { width: width - inset.left - inset.right, height: height - inset.top - inset.bottom };

type Point = { readonly label: string; readonly value: number };

/** One series: what the preview draws. Groups are summed per x value, and the caption says so. */
function pointsOf({ data, axes }: BarChartProps | LineChartProps): Point[] {
  const rows: ChartDataRow[] = Array.isArray(data) ? data : data.data;
  const sums = new Map<string, number>();
  for (const row of rows) {
    const label = String(row[axes.x.field] ?? '');
    sums.set(label, (sums.get(label) ?? 0) + Number(row[axes.y.field] ?? 0));
  }
  return [...sums].map(([label, value]) => ({ label, value }));
}

function Frame({
  chart,
  points,
  children,
}: {
  chart: BarChartProps | LineChartProps;
  points: readonly Point[];
  children: React.ReactNode;
}) {
  const maximum = Math.max(0, ...points.map(({ value }) => value));
  const title = chart.options?.title ?? chart.axes.y.label ?? chart.axes.y.field;
  const grouped = chart.axes.options?.groupFieldByColor;
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        <line
          x1={inset.left}
          y1={inset.top + inner.height}
          x2={width - inset.right}
          y2={inset.top + inner.height}
        />
        <text x={inset.left - 6} y={inset.top + 8} textAnchor="end">
          {maximum}
        </text>
        <text x={inset.left - 6} y={inset.top + inner.height} textAnchor="end">
          0
        </text>
        <text x={inset.left} y={height - 8}>
          {points[0]?.label}
        </text>
        <text x={width - inset.right} y={height - 8} textAnchor="end">
          {points.at(-1)?.label}
        </text>
        {children}
      </svg>
      <figcaption>
        {title}
        {grouped === undefined ? '' : ` (HubSpot colours by ${grouped}; the preview shows the sum)`}
      </figcaption>
    </figure>
  );
}

function heightOf(value: number, points: readonly Point[]): number {
  const maximum = Math.max(0, ...points.map((point) => point.value));
  return maximum === 0 ? 0 : (Math.max(0, value) / maximum) * inner.height;
}

export function BarChart(chart: BarChartProps) {
  const points = pointsOf(chart);
  const step = inner.width / Math.max(1, points.length);
  return (
    <Frame chart={chart} points={points}>
      {points.map(({ label, value }, index) => {
        const tall = heightOf(value, points);
        return (
          <rect
            key={label}
            x={inset.left + index * step + step * 0.15}
            y={inset.top + inner.height - tall}
            width={step * 0.7}
            height={tall}
            fill="#ff8f59"
          >
            <title>{`${label}: ${value}`}</title>
          </rect>
        );
      })}
    </Frame>
  );
}

export function LineChart(chart: LineChartProps) {
  const points = pointsOf(chart);
  const step = inner.width / Math.max(1, points.length - 1);
  const line = points.map(
    ({ value }, index) =>
      `${inset.left + index * step},${inset.top + inner.height - heightOf(value, points)}`,
  );
  return (
    <Frame chart={chart} points={points}>
      <polyline points={line.join(' ')} fill="none" stroke="#00a4bd" strokeWidth="2" />
    </Frame>
  );
}
