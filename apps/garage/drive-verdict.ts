/**
 * The verdict on a drive, twice: from what the indexes say as soon as it was inspected, and from every message when all of
 * it was cut. The evidence of recordings that came with an earlier dock is in the journal, so that a drive on several
 * disks is judged whole. It is no part of what lands: a verdict never fails a dock.
 */
import { profileFor } from '@pitlane/contracts/profile';
import type { RecordingEvidence, Verdict } from '@pitlane/contracts/verdict';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { addEvidence, judge, TopicBook } from '@pitlane/stages/50-judge';
import type { GarageTools } from './tools.ts';

interface JudgedDrive {
  readonly vehicleId: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is known of the files of a drive, one after another: their evidence is added up, not held. */
export class QuickVerdict {
  readonly #book = new TopicBook();
  readonly #unseen: string[] = [];
  #logs = 0;

  add(path: string, isLog: boolean, evidence: RecordingEvidence | undefined): void {
    if (!isLog) return;
    this.#logs += 1;
    if (evidence) addEvidence(this.#book, evidence);
    else this.#unseen.push(path);
  }

  /** Undefined where no file has an index: there is nothing to say yet. */
  async judge(drive: JudgedDrive, tools: Pick<GarageTools, 'profiles'>): Promise<Verdict | undefined> {
    if (this.#unseen.length === this.#logs) return undefined;
    const { profile, notes } = await expectedOf(drive, tools);
    const { vehicleId } = drive;
    return judge({ book: this.#book, judgedFrom: 'index', vehicleId, profile, notes, unseen: this.#unseen });
  }
}

/** Of all recordings that the garage has of the drive; undefined where none of them is a log. */
export async function fullVerdict(
  drive: JudgedDrive,
  entries: readonly RecordingEntry[],
  tools: Pick<GarageTools, 'profiles'>,
): Promise<Verdict | undefined> {
  const logs = withoutShorterCopies(entries.filter(({ format, cut }) => format !== 'opaque' && cut));
  if (logs.length === 0) return undefined;
  const book = new TopicBook();
  const unseen: string[] = [];
  for (const { path, cut } of logs) {
    if (cut?.evidence) addEvidence(book, cut.evidence);
    else unseen.push(path);
  }
  const { profile, notes } = await expectedOf(drive, tools);
  return judge({ book, judgedFrom: 'messages', vehicleId: drive.vehicleId, profile, notes, unseen });
}

async function expectedOf(drive: JudgedDrive, { profiles }: Pick<GarageTools, 'profiles'>) {
  const { profiles: known, faults } = await profiles();
  return { profile: profileFor(drive, known), notes: faults };
}

/** Of copies that begin alike the longest has what the others have; counted twice, no rate would be low. */
function withoutShorterCopies(entries: readonly RecordingEntry[]): RecordingEntry[] {
  const longest = new Map<string, RecordingEntry>();
  for (const entry of entries) {
    const known = longest.get(entry.headSha256);
    if (!known || entry.bytes > known.bytes) longest.set(entry.headSha256, entry);
  }
  return [...longest.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Of several drives: `complete`, or their findings together; null before any was judged. */
export function summaryOf(verdicts: readonly Verdict[]): string | null {
  const [first] = verdicts;
  if (!first) return null;
  const findings = verdicts.reduce((sum, verdict) => sum + verdict.findings.length, 0);
  if (findings > 0) return findings === 1 ? '1 finding' : `${findings} findings`;
  return verdicts.find(({ isComplete, summary }) => !isComplete || summary !== 'complete')?.summary ?? first.summary;
}
