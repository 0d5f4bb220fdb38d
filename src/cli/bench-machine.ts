/** What a bench ran on: its seconds mean nothing without. */
import { availableParallelism, cpus } from 'node:os';

export type Machine = { readonly cpu: string; readonly cores: number; readonly node: string };

export function thisMachine(): Machine {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
}

/** The most memory that this process has had. */
export function peakRssMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
