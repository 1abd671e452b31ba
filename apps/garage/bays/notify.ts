/**
 * Notification by the system, where it gives any: of a folder that does not exist, or whose mount covers another, none
 * comes, and the regular look is what remains.
 */
import { type FSWatcher, watch } from 'node:fs';
import type { Notify } from './watch-bays.ts';

export const notifyOfFolder: Notify = (folder, onChange) => {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher?.close());
  } catch {
    // It is not there yet.
  }
  return { [Symbol.dispose]: () => watcher?.close() };
};
