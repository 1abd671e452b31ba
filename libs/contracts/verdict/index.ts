/**
 * The verdict: is the drive complete, judged before the car leaves. It is said twice, quickly from the indexes and in full
 * from the messages, by what was seen of each topic (the evidence) against the vehicle's profile. Data only: the evidence
 * travels from the chunker's process to the garage's journal, findings to events, manifest and catalog.
 */
import type { TimeText } from '../manifest/index.ts';

/** `index`: from what the files' indexes say, at docking. `messages`: from every message, when the drive was cut. */
export type JudgedFrom = 'index' | 'messages';

/**
 * `missing`: expected, and not there. `rate`: slower than expected. `gap`: silent for too long. `frozen`: a camera that
 * repeats one picture. `black`: a camera whose pictures are flat and dark; `blank`: flat and of one other colour.
 * `no-fix`: GNSS without a position.
 */
export const FINDING_KINDS = ['missing', 'gap', 'rate', 'frozen', 'black', 'blank', 'no-fix'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** `error`: the drive may be of no use. `warning`: worth a look. */
export type Severity = 'error' | 'warning';

export interface FindingFacts {
  /** `*` where all topics are silent together. */
  readonly topic: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  /** A whole number in `unit`; null where nothing can be expected. */
  readonly expected: number | null;
  readonly seen: number | null;
  /** `mHz`, or `ms` of silence, of frozen pictures and the like, or `messages`. */
  readonly unit: 'mHz' | 'ms' | 'messages';
  /** 1, or how many further ones this line stands for. */
  readonly count: number;
  /** One line for the technician. */
  readonly text: string;
}

export interface VerdictFacts {
  readonly judgedFrom: JudgedFrom;
  /** The profile's vehicle type; null where it was judged without one. */
  readonly vehicleType: string | null;
  /** All of it was looked at, and nothing was found. */
  readonly isComplete: boolean;
  /** `complete` or `2 findings`. */
  readonly summary: string;
  /** What was not judged, and why. */
  readonly notes: readonly string[];
}

export interface Verdict extends VerdictFacts {
  /** Worst first. */
  readonly findings: readonly FindingFacts[];
}

/** How long something lasted, several times over: the longest stretches, and how many there were. */
export interface StretchEvidence {
  readonly count: number;
  readonly totalMs: number;
  /** The longest, in order of time: from the first message that shows it to the last. */
  readonly longest: readonly (readonly [start: TimeText, end: TimeText])[];
}

/** What was seen in the messages of a camera or a GNSS receiver. */
export const CONTENT_KINDS = ['frozen', 'black', 'blank', 'no-fix'] as const;
export type ContentKind = (typeof CONTENT_KINDS)[number];

/** What was seen of one topic in one recording: plain numbers of bounded length, whatever the recording. */
export interface TopicEvidence {
  readonly topic: string;
  readonly schemaName: string;
  /** Null where an index does not count them. */
  readonly messages: number | null;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  /** By length of the interval between two messages: `[bucket, intervals, mean ns]`. */
  readonly intervals: readonly (readonly [bucket: number, count: number, meanNs: number])[];
  /** Stretches without a silence over `silenceNs`, in order of time; shorter silences are not kept. */
  readonly runs: readonly (readonly [start: TimeText, end: TimeText])[];
  readonly silenceNs: number;
  /** Messages in spans of `widthS` seconds since 1970: `[first span, count, count, …]`, a row for each unbroken stretch. */
  readonly rates: { readonly widthS: number; readonly rows: readonly (readonly number[])[] };
  readonly content: Readonly<Partial<Record<ContentKind, StretchEvidence>>>;
  /** Messages in which a picture or a fix could be judged. */
  readonly contentJudged: number;
}

export interface RecordingEvidence {
  readonly judgedFrom: JudgedFrom;
  /** Each message's time was seen; false where an index tells of spans alone. */
  readonly isExact: boolean;
  readonly topics: readonly TopicEvidence[];
  /** Topics beyond those that are followed. */
  readonly topicsLeftOut: number;
}
