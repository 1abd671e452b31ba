/**
 * From a file to what is read of it. Three things may stand between them: a file that is compressed whole has its log
 * inside; a database has journals beside it; all others are what they are. Content decides, never a name: that a journal
 * belongs to a file is the one thing that only names say, and whoever gives the journals has looked at those.
 */
import { KIB } from '@pitlane/base/bytes';
import { contentOfFile, type RecordingContent } from '../content/index.ts';
import type { ByteSource, RecordingFormat } from '../recording/index.ts';
import { ROLLBACK_ENDING, WAL_ENDING, withJournals } from '../sqlite-journals/index.ts';
import { isZstd, memoryScratch, unpackZstd, type UnpackTools } from '../zstd-file/index.ts';
import { confirmedFormatOf, formatOf, zstdFormatOf } from './formats.ts';

const HEAD_BYTES = 64 * KIB;
const SQLITE_MAGIC = 'SQLite format 3\0';

/** What the name of a file has behind that of the log to which it belongs. */
export const ENDINGS_BESIDE: readonly string[] = [WAL_ENDING, ROLLBACK_ENDING];

export interface OpenedRecording {
  /** Undefined: no known format, it lands opaque. */
  readonly format: RecordingFormat | undefined;
  readonly content: RecordingContent;
  /** The endings of files that the content depends on. */
  readonly endings: readonly string[];
}

export type OpenTools = UnpackTools;

/** Whether a file that begins with `head` has to be opened, and some of it decoded, to say what it is. */
export const isOpenedFirst = (head: Uint8Array): boolean => isZstd(head) || isSqlite(head);

/**
 * @param beside open files by the endings of their names
 * @param previewBytes only so much of what is compressed, or stands in a journal, is looked at
 */
export async function openRecording(
  file: ByteSource,
  beside: ReadonlyMap<string, ByteSource>,
  tools: OpenTools,
  previewBytes = Number.POSITIVE_INFINITY,
): Promise<OpenedRecording> {
  const head = await headOf(file);
  if (isZstd(head)) {
    const format = zstdFormatOf(await contentHeadOf(file, tools));
    if (format !== undefined) return { format, content: await unpackZstd(file, tools, previewBytes), endings: [] };
  }
  if (isSqlite(head)) {
    const journals = { wal: beside.get(WAL_ENDING), rollback: beside.get(ROLLBACK_ENDING) };
    const content = await withJournals(file, journals, previewBytes);
    const format = formatOf(await headOf(content.source));
    const endings = [...beside].flatMap(([ending, { sizeBytes }]) => (sizeBytes > 0 ? [ending] : []));
    return { format, content, endings: format === undefined ? [] : endings.sort() };
  }
  return { format: await confirmedFormatOf(head, file, tools), content: contentOfFile(file), endings: [] };
}

/** The beginning of what is compressed, and no more of it. */
async function contentHeadOf(file: ByteSource, tools: OpenTools): Promise<Uint8Array> {
  const scratch = () => Promise.resolve(memoryScratch(file.name, HEAD_BYTES));
  return headOf((await unpackZstd(file, { ...tools, scratch }, HEAD_BYTES)).source);
}

const isSqlite = (head: Uint8Array): boolean =>
  Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1', 0, SQLITE_MAGIC.length) ===
  SQLITE_MAGIC;

async function headOf(source: ByteSource): Promise<Uint8Array> {
  const head = new Uint8Array(Math.min(HEAD_BYTES, source.sizeBytes));
  return head.subarray(0, await source.read(0, head));
}
