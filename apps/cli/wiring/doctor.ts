/**
 * The doctor: disk and clock of this machine, and the contracts of the ports tried on the stores as they are configured.
 * The object store is tried below names of its own and cleared again; log and catalog are tried on files of their own in
 * the same home, because what is appended to them stays.
 */
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@pitlane/base/errors';
import { systemClock, textFromTimeNs } from '@pitlane/base/time';
import { textFromBytes } from '@pitlane/base/units';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import { catalogContract } from '@pitlane/ports/catalog/contract';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import { messageLogContract } from '@pitlane/ports/message-log/contract';
import { objectStoreContract } from '@pitlane/ports/object-store/contract';
import type { Settings } from '../settings.ts';
import type { HomeLayout } from '@pitlane/wiring';
import { scratchFolder, type Stores } from './open-parts.ts';

/** As a port writes its cases down. */
interface ContractCase<Subject> {
  readonly name: string;
  run(subject: Subject): Promise<void>;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

export async function* examine(
  layout: HomeLayout,
  settings: Settings,
  stores: Stores,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  yield await diskCheck(layout.home, settings);
  yield clockCheck();
  yield await catalogCheck(stores);
  yield* cases('object store', objectStoreContract, stores.store, signal);
  const folder = await scratchFolder(layout, 'doctor');
  try {
    const log = openSqliteLog({ file: join(folder, 'log.sqlite') });
    try {
      yield* cases('message log', messageLogContract, { log }, signal);
    } finally {
      await log.close();
    }
    const catalog = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'catalog') });
    try {
      yield* cases('catalog', catalogContract, catalog, signal);
    } finally {
      await catalog.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* cases<Subject>(
  port: string,
  contract: readonly ContractCase<Subject>[],
  subject: Subject,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  for (const contractCase of contract) {
    if (signal.aborted) return;
    yield await oneCase(port, contractCase, subject);
  }
}

async function oneCase<Subject>(port: string, contractCase: ContractCase<Subject>, subject: Subject): Promise<Check> {
  const { name } = contractCase;
  try {
    await contractCase.run(subject);
    return { name: `${port} ${name}`, ok: true, text: '' };
  } catch (error) {
    return { name: `${port} ${name}`, ok: false, text: messageOf(error) };
  }
}

/** A catalog of another version is refused when it is opened. */
async function catalogCheck({ catalog }: Stores): Promise<Check> {
  const run = async (): Promise<void> => void (await catalog.query('SELECT 1'));
  const check = await oneCase('catalog', { name: 'answers', run }, null);
  return check.ok ? { ...check, text: `schema version ${CATALOG_SCHEMA_VERSION}` } : check;
}

async function diskCheck(home: string, settings: Settings): Promise<Check> {
  const { bavail, blocks, bsize } = await statfs(home);
  const usedPercent = Math.round(100 - (100 * bavail) / Math.max(1, blocks));
  const text = `${textFromBytes(bavail * bsize)} free of ${textFromBytes(blocks * bsize)} (${usedPercent} % used)`;
  return { name: 'disk of the home', ok: usedPercent < settings.diskWarnPercent, text };
}

/** A clock far off would put wrong days into receipts and partitions. */
function clockCheck(): Check {
  const nowMs = systemClock.nowMs();
  const ok = nowMs > Date.UTC(2026, 0, 1) && nowMs < Date.UTC(2100, 0, 1);
  return { name: 'clock', ok, text: textFromTimeNs(BigInt(nowMs) * 1_000_000n) };
}
