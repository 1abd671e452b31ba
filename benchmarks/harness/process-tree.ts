/**
 * What Linux tells of a process and everything it started: members, resident memory, and CPU time. Reading goes through
 * the `children` files, so a look costs well under a millisecond and does not disturb what is measured.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** `/proc` counts CPU time in ticks of 10 ms on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** The process and all its descendants; those that ended in the meantime are left out. */
export function membersOf(pid: number): number[] {
  const members: number[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    members.push(next);
    open.push(...childrenOf(next));
  }
  return members;
}

function childrenOf(pid: number): number[] {
  const found: number[] = [];
  for (const thread of orNothing(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    found.push(...numbersIn(textOf(`/proc/${pid}/task/${thread}/children`)));
  }
  return found;
}

/** Pages in memory, those shared with other processes counted in full. */
export const residentBytes = (pid: number): number => residentBytesFromStatm(textOf(`/proc/${pid}/statm`));

/** Pages in memory, those shared counted in proportion: the sum over a tree counts each page once. */
export const proportionalBytes = (pid: number): number =>
  proportionalBytesFromRollup(textOf(`/proc/${pid}/smaps_rollup`));

/** User and system time of the process itself, without its children. */
export const cpuMs = (pid: number): number => cpuMsFromStat(textOf(`/proc/${pid}/stat`));

export const residentBytesFromStatm = (text: string): number => (numbersIn(text)[1] ?? 0) * 4096;

export function proportionalBytesFromRollup(text: string): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

export function cpuMsFromStat(text: string): number {
  // The second field is the program's name in brackets, which may itself hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
}

const numbersIn = (text: string): number[] => text.split(' ').filter(Boolean).map(Number);

const textOf = (file: string): string => orNothing(() => readFileSync(file, 'utf8')) ?? '';

/** A process may end between any two looks; what it can no longer tell counts as nothing. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
