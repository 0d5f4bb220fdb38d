/** What a bench ran on and what kept it waiting there: its seconds mean nothing without. */
import { availableParallelism, cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export type Machine = { readonly cpu: string; readonly cores: number; readonly node: string };

export function thisMachine(): Machine {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
}

/** The most memory that this process has had. */
export function peakRssMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** @returns the share of the processors' time that nobody has used since */
export function watchIdleness(): () => number {
  const before = processorTime();
  return () => {
    const after = processorTime();
    return (after.idle - before.idle) / Math.max(1, after.all - before.all);
  };
}

/** Of everybody since the machine was started. */
function processorTime(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.flatMap((time) => Object.values(time)).reduce((sum, ms) => sum + ms, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), all };
}

export type Delays = { readonly p50: number; readonly p99: number; readonly max: number };

/** Processor time of a process, and how many milliseconds its event loop was late for what was due. */
export type Usage = { readonly cpuSeconds: number; readonly eventLoopLateMs: Delays };

const lookEveryMs = 10;

/** @returns what this process has used since */
export function watchUsage(): () => Usage {
  const before = process.cpuUsage();
  const loop = monitorEventLoopDelay({ resolution: lookEveryMs });
  loop.enable();
  return () => {
    loop.disable();
    const { user, system } = process.cpuUsage(before);
    const late = (percent: number): number =>
      Math.max(0, (percent < 100 ? loop.percentile(percent) : loop.max) / 1e6 - lookEveryMs);
    return {
      cpuSeconds: (user + system) / 1e6,
      eventLoopLateMs: { p50: late(50), p99: late(99), max: late(100) },
    };
  };
}
