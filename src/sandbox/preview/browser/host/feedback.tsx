import type {
  AlertProps,
  EmptyStateProps,
  ErrorStateProps,
  LoadingSpinnerProps,
  ProgressBarProps,
  ScoreProps,
  StatisticsItemProps,
  StatisticsProps,
  StatisticsTrendProps,
  StepIndicatorProps,
} from '@hubspot/ui-extensions';
import { Carat } from '../Carat.tsx';
import { pixels } from './layout.tsx';
import { Heading } from './text.tsx';

const urgent: ReadonlySet<string> = new Set(['danger', 'error', 'warning']);

export function Alert({ title, variant, children }: AlertProps) {
  return (
    <div className={`alert alert-${variant ?? 'info'}`} role={urgent.has(variant ?? '') ? 'alert' : 'status'}>
      <strong className="alert-title">{title}</strong>
      <div>{children}</div>
    </div>
  );
}

/** HubSpot's illustrations are not published; a neutral drawing stands for all of them. */
function Drawing({ width }: { width: number }) {
  return (
    <svg className="drawing" width={width} viewBox="0 0 120 90" aria-hidden="true">
      <rect x="8" y="66" width="104" height="6" rx="3" fill="#eaf0f6" />
      <rect x="26" y="22" width="68" height="46" rx="5" fill="#fff" stroke="#cbd6e2" strokeWidth="2" />
      <circle cx="60" cy="45" r="15" fill="#e5f5f8" stroke="#7fd1de" strokeWidth="2" />
      <circle cx="60" cy="45" r="8" fill="#fff" stroke="#00a4bd" strokeWidth="2" />
      <circle cx="60" cy="45" r="2.5" fill="#ff7a59" />
    </svg>
  );
}

export function EmptyState({ title, layout, reverseOrder, imageWidth, flush, children }: EmptyStateProps) {
  const order = reverseOrder === true ? 'empty-reverse' : '';
  return (
    <div className={`empty empty-${layout ?? 'horizontal'} ${order} ${flush === true ? 'empty-flush' : ''}`}>
      <div className="empty-text">
        {title === undefined ? null : <Heading>{title}</Heading>}
        {children}
      </div>
      <Drawing width={imageWidth ?? 160} />
    </div>
  );
}

export function ErrorState({ title, children }: ErrorStateProps) {
  return (
    <div className="empty empty-horizontal" role="alert">
      <div className="empty-text">
        <Heading>{title ?? 'Something went wrong'}</Heading>
        {children}
      </div>
      <Drawing width={120} />
    </div>
  );
}

export function LoadingSpinner({ label, showLabel, size, layout }: LoadingSpinnerProps) {
  return (
    <div className={`loading loading-${layout ?? 'inline'}`} role="status" aria-label={label}>
      <span className={`spinner spinner-${size ?? 'sm'}`} aria-hidden="true" />
      {showLabel === true ? <span>{label}</span> : null}
    </div>
  );
}

export function ProgressBar(props: ProgressBarProps) {
  const { title, value = 0, variant, showPercentage, valueDescription } = props;
  const maximum = props.maxValue ?? props.valueMax ?? 100;
  const share = maximum > 0 ? Math.min(100, Math.max(0, (value / maximum) * 100)) : 0;
  return (
    <div className="progress">
      <div className="progress-head">
        <strong>{title}</strong>
        <span>{valueDescription ?? (showPercentage === true ? `${Math.round(share)}%` : '')}</span>
      </div>
      <div
        className="progress-track"
        role="progressbar"
        aria-label={props['aria-label'] ?? title ?? 'Progress'}
        aria-valuenow={value}
        aria-valuemin={0}
        aria-valuemax={maximum}
      >
        <div className={`progress-fill progress-${variant ?? 'default'}`} style={{ width: `${share}%` }} />
      </div>
    </div>
  );
}

/** 0-32 red, 33-65 yellow, 66-100 green, as HubSpot documents it. */
function scoreColour(score: number): string {
  if (score <= 32) return '#f2545b';
  return score <= 65 ? '#f5c26b' : '#00bda5';
}

export function ScoreCircle({ score }: ScoreProps) {
  const radius = 34;
  const length = 2 * Math.PI * radius;
  const filled = (Math.min(100, Math.max(0, score)) / 100) * length;
  return (
    <svg
      className="score"
      width="84"
      height="84"
      viewBox="0 0 84 84"
      role="img"
      aria-label={`Score ${score} of 100`}
    >
      <circle cx="42" cy="42" r={radius} fill="none" stroke="#eaf0f6" strokeWidth="8" />
      <circle
        cx="42"
        cy="42"
        r={radius}
        fill="none"
        stroke={scoreColour(score)}
        strokeWidth="8"
        // A round end would show a dot where there is nothing.
        strokeLinecap={filled > 0 ? 'round' : 'butt'}
        strokeDasharray={`${filled} ${length}`}
        transform="rotate(-90 42 42)"
      />
      <text x="42" y="43" textAnchor="middle" dominantBaseline="central">
        {score}
      </text>
    </svg>
  );
}

export function Statistics({ children }: StatisticsProps) {
  return <div className="statistics">{children}</div>;
}

export function StatisticsItem({ label, number, children }: StatisticsItemProps) {
  return (
    <div className="statistic">
      <div className="statistic-label">{label}</div>
      <div className="statistic-number">{number}</div>
      {children}
    </div>
  );
}

export function StatisticsTrend({ value, direction, color }: StatisticsTrendProps) {
  const usual = direction === 'increase' ? 'green' : 'red';
  return (
    <div className={`trend trend-${color ?? usual}`}>
      <Carat points={direction === 'increase' ? 'up' : 'down'} /> {value}
    </div>
  );
}

export function StepIndicator({ stepNames, currentStep = 0, direction, circleSize }: StepIndicatorProps) {
  return (
    <ol className={`steps steps-${direction ?? 'horizontal'}`}>
      {stepNames.map((name, index) => (
        <li key={name} aria-current={index === currentStep ? 'step' : undefined}>
          <span
            className={index <= currentStep ? 'step-circle step-done' : 'step-circle'}
            style={{ width: pixels(circleSize, 16), height: pixels(circleSize, 16) }}
            aria-hidden="true"
          />
          {name}
        </li>
      ))}
    </ol>
  );
}
