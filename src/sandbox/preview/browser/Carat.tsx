const paths = {
  down: 'M1 3 L5 7 L9 3',
  right: 'M3 1 L7 5 L3 9',
  up: 'M1 7 L5 3 L9 7',
} as const;

/** Drawn, not typed: few fonts have the signs. */
export function Carat({ points }: { points: keyof typeof paths }) {
  return (
    <svg className="carat" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d={paths[points]} fill="none" stroke="currentColor" strokeWidth="1.8" />
    </svg>
  );
}
