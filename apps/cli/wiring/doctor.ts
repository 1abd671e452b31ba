/**
 * The doctor of a node: disk and clock of this machine, what its journal says against what is there, and the contracts of the ports tried on its stores. The object store
 * is tried below names of its own and cleared again; log and catalog are tried on files of their own in the same home,
 * because what is appended to them stays. Stores in the cloud are tried without a node, by `doctor-cloud.ts`.
 */
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, textFromTimeNs } from '@pitlane/base/time';
import { textFromBytes } from '@pitlane/base/units';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import { catalogContract } from '@pitlane/ports/catalog/contract';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import type { OutboxCount } from '@pitlane/ports/journal';
import { messageLogContract } from '@pitlane/ports/message-log/contract';
import { objectStoreContract } from '@pitlane/ports/object-store/contract';
import type { Settings } from '../settings.ts';
import type { JournalFault } from '@pitlane/garage';
import { type Check, checked, type HomeLayout, opening, tryCases } from '@pitlane/wiring';
import { journalChecks, webhookCheck } from './doctor-journal.ts';
import { scratchFolder, type Stores } from './open-parts.ts';

interface Examined {
  readonly layout: HomeLayout;
  readonly settings: Settings;
  readonly stores: Stores;
  readonly faults: () => AsyncIterable<JournalFault>;
  readonly webhookCounts: () => readonly OutboxCount[];
}

export async function* examine(
  { layout, settings, stores, faults, webhookCounts }: Examined,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  yield await diskCheck(layout.home, settings);
  yield clockCheck();
  yield* opening('journal', () => journalChecks(faults()));
  yield webhookCheck(webhookCounts());
  yield await catalogCheck(stores);
  yield* tryCases('object store', objectStoreContract, stores.store, signal);
  yield* tryEmbeddedLog(layout, signal);
  yield* tryEmbeddedCatalog(layout, signal);
}

/** On a file that is gone at the end, as with the catalog below. */
export async function* tryEmbeddedLog(layout: HomeLayout, signal: AbortSignal): AsyncGenerator<Check> {
  const folder = await scratchFolder(layout, 'doctor');
  try {
    const log = openSqliteLog({ file: join(folder, 'log.sqlite') });
    try {
      yield* tryCases('message log', messageLogContract, { log }, signal);
    } finally {
      await log.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function* tryEmbeddedCatalog(layout: HomeLayout, signal: AbortSignal): AsyncGenerator<Check> {
  const folder = await scratchFolder(layout, 'doctor');
  try {
    const catalog = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'catalog') });
    try {
      yield* tryCases('catalog', catalogContract, catalog, signal);
    } finally {
      await catalog.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A catalog of another version is refused when it is opened. */
async function catalogCheck({ catalog }: Stores): Promise<Check> {
  const check = await checked('catalog answers', () => catalog.query('SELECT 1'));
  return check.ok ? { ...check, text: `schema version ${CATALOG_SCHEMA_VERSION}` } : check;
}

export async function diskCheck(home: string, settings: Settings): Promise<Check> {
  const { bavail, blocks, bsize } = await statfs(home);
  const usedPercent = Math.round(100 - (100 * bavail) / Math.max(1, blocks));
  const text = `${textFromBytes(bavail * bsize)} free of ${textFromBytes(blocks * bsize)} (${usedPercent} % used)`;
  return { name: 'disk of the home', ok: usedPercent < settings.diskWarnPercent, text };
}

/** A clock far off would put wrong days into receipts and partitions. */
export function clockCheck(): Check {
  const nowMs = systemClock.nowMs();
  const ok = nowMs > Date.UTC(2026, 0, 1) && nowMs < Date.UTC(2100, 0, 1);
  return { name: 'clock', ok, text: textFromTimeNs(BigInt(nowMs) * 1_000_000n) };
}
