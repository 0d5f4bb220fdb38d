/** What commands say: answers on standard output, progress and errors on standard error. */
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import type { RunProgress } from '../jobs/run.ts';

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** "1 partner", "12,000 partners". */
export function counted(quantity: number, one: string, many = `${one}s`): string {
  return `${quantity.toLocaleString('en')} ${quantity === 1 ? one : many}`;
}

/** Columns of text; numbers are aligned right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const plain = new Table({
    head: [...head],
    colAligns: numeric.map((isNumber) => (isNumber ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  plain.push(
    ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell))),
  );
  return plain.toString();
}

const stepNames: Readonly<Record<string, string>> = {
  partners: 'Finding partners',
  'known partners': 'Reading known partners',
  'new partners': 'Finding new partners',
  'all partners': 'Finding every partner',
  counts: 'Counting records',
  links: 'Reading associations',
  list: 'Listing records',
  changes: 'Reading changes',
  records: 'Reading records',
  assess: 'Judging partners',
  publish: 'Writing to HubSpot',
};

export type ProgressView = { show(progress: RunProgress): void; stop(): void };

/**
 * One bar per step on a terminal, one line per step elsewhere. Steps of several types run side by side and share a bar.
 */
export function progressView(): ProgressView {
  return process.stderr.isTTY ? barView() : lineView();
}

function barView(): ProgressView {
  const totals = new Map<string, Map<string, RunProgress>>();
  let bar: SingleBar | null = null;
  let shown = '';
  return {
    show(progress) {
      const { step, done, total } = combined(totals, progress);
      if (step !== shown) {
        bar?.stop();
        shown = step;
        bar = new SingleBar(
          { format: `{name} {bar} {value}/{total}`, stream: process.stderr, hideCursor: true },
          Presets.shades_classic,
        );
        bar.start(Math.max(total ?? done, 1), done, { name: (stepNames[step] ?? step).padEnd(22) });
      }
      bar?.setTotal(Math.max(total ?? done, done, 1));
      bar?.update(done);
    },
    stop() {
      bar?.stop();
    },
  };
}

function lineView(): ProgressView {
  const totals = new Map<string, Map<string, RunProgress>>();
  const finished = new Set<string>();
  return {
    show(progress) {
      const { step, done, total } = combined(totals, progress);
      if (total === null || done < total || finished.has(step)) return;
      finished.add(step);
      printError(`${stepNames[step] ?? step}: ${done}`);
    },
    stop() {
      for (const [step, parts] of totals) {
        if (finished.has(step)) continue;
        const done = [...parts.values()].reduce((sum, part) => sum + part.done, 0);
        printError(`${stepNames[step] ?? step}: ${done}`);
      }
    },
  };
}

/** `records:call` and `records:deal` are parts of the step `records`. */
function combined(totals: Map<string, Map<string, RunProgress>>, progress: RunProgress): RunProgress {
  const step = progress.step.split(':')[0] ?? progress.step;
  const parts = totals.get(step) ?? new Map<string, RunProgress>();
  parts.set(progress.step, progress);
  totals.set(step, parts);
  const all = [...parts.values()];
  const total = all.some((part) => part.total === null)
    ? null
    : all.reduce((sum, part) => sum + (part.total ?? 0), 0);
  return { step, done: all.reduce((sum, part) => sum + part.done, 0), total };
}
