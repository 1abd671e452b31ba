/** What a process and all of its descendants hold, as Linux tells it: pages that several share are counted once. */
import { readdir, readFile } from 'node:fs/promises';

export interface TreeProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Proportional set size. */
  readonly heldBytes: number;
}

/** A process and its descendants. */
export async function processTree(root: number): Promise<TreeProcess[]> {
  const all: Omit<TreeProcess, 'heldBytes'>[] = [];
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    // In `stat` behind the name: state, parent, …
    if (stat !== '') all.push({ pid: Number(name), parent: Number(fields[1]), command: command.replaceAll('\0', ' ') });
  }
  const tree = all.filter(({ pid }) => pid === root);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return Promise.all(tree.map(async (one) => ({ ...one, heldBytes: await proportionalBytes(one.pid) })));
}

async function proportionalBytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
}

/** Watches the memory of a tree. */
export class TreeMemory {
  readonly #root: number;
  #peak: readonly TreeProcess[] = [];
  #isWatching = true;
  readonly #watching: Promise<void>;

  constructor(root: number) {
    this.#root = root;
    this.#watching = this.#watch();
  }

  async nowBytes(): Promise<number> {
    return sumOf(await processTree(this.#root));
  }

  /** The tree as it was when it held most since the last call, and how much that was. */
  takePeak(): { readonly bytes: number; readonly processes: readonly TreeProcess[] } {
    const processes = this.#peak;
    this.#peak = [];
    return { bytes: sumOf(processes), processes };
  }

  async close(): Promise<void> {
    this.#isWatching = false;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (this.#isWatching) {
      const tree = await processTree(this.#root);
      if (sumOf(tree) > sumOf(this.#peak)) this.#peak = tree;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

const sumOf = (processes: readonly TreeProcess[]): number =>
  processes.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
