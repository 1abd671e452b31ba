/** What is said of a drive beside its recordings: annotations, those of its sidecar too, and corrections. */
import { canonicalJson, sha256Of } from '../../identity/index.ts';
import type { AnnotationFacts } from '../../notes/index.ts';
import { type EventOf, type RowSink, ofDrive, timeFromText } from './cells.ts';

type Written = EventOf<'annotation'> | EventOf<'dock'>;

export function writeAnnotation(event: EventOf<'annotation'>, seq: number | bigint, sink: RowSink): void {
  writeFacts(event, event.annotation, seq, sink);
}

/** One event of a sidecar is the same whenever the drive is docked; its id follows from what it says. */
export function writeSidecarEvents(event: EventOf<'dock'>, seq: number | bigint, sink: RowSink): void {
  for (const { time, kind, note } of event.drive.events ?? []) {
    const eventId = `sidecar-${sha256Of(canonicalJson({ time, kind })).slice(0, 16)}`;
    const said = {
      eventId,
      kind,
      startTime: time,
      endTime: time,
      note,
      labels: {},
      source: 'sidecar',
      author: null,
    } as const;
    writeFacts(event, { ...said, notedAtMs: event.dock.dockedAtMs, isWithdrawn: false }, seq, sink);
  }
}

function writeFacts(event: Written, facts: AnnotationFacts, seq: number | bigint, sink: RowSink): void {
  sink('annotation_events', [
    ...ofDrive(event, seq),
    facts.eventId,
    facts.kind,
    timeFromText(facts.startTime),
    timeFromText(facts.endTime),
    facts.note,
    canonicalJson(facts.labels),
    facts.source,
    facts.author,
    facts.notedAtMs,
    Number(facts.isWithdrawn),
  ]);
}

export function writeCorrection(event: EventOf<'correction'>, seq: number | bigint, sink: RowSink): void {
  const { correction } = event;
  sink('correction_events', [
    ...ofDrive(event, seq),
    correction.correctionId,
    correction.vehicleId,
    correction.labels === null ? null : canonicalJson(correction.labels),
    correction.reason,
    correction.author,
    correction.correctedAtMs,
  ]);
}
