/** Verdicts and what they found. */
import { type EventOf, type RowSink, ofDrive, timeFromText } from './cells.ts';

export function writeVerdict(event: EventOf<'verdict'>, seq: number | bigint, sink: RowSink): void {
  const { dock, verdict } = event;
  sink('verdict_events', [
    ...ofDrive(event, seq),
    dock.dockId,
    dock.dockedAtMs,
    verdict.judgedFrom,
    verdict.vehicleType,
    verdict.summary,
    verdict.findings,
    verdict.notes,
  ]);
}

export function writeFinding(event: EventOf<'finding'>, seq: number | bigint, sink: RowSink): void {
  const { finding } = event;
  sink('finding_events', [
    ...ofDrive(event, seq),
    event.dockId,
    finding.ordinal,
    finding.topic,
    finding.kind,
    finding.severity,
    timeFromText(finding.startTime),
    timeFromText(finding.endTime),
    finding.expected,
    finding.seen,
    finding.unit,
    finding.count,
    finding.text,
  ]);
}
