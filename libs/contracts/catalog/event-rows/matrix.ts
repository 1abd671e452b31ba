/** Runs of the matrix: what is known of a run stands with each of its results. */
import { type EventOf, type RowSink, ofDrive, timeFromText } from './cells.ts';

/** By name, so that equal numbers are equal text. */
const metricsText = (metrics: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1))));

export function writeMatrixResult(event: EventOf<'matrix-result'>, seq: number | bigint, sink: RowSink): void {
  const { run, result } = event;
  sink('matrix_events', [
    ...ofDrive(event, seq),
    run.runId,
    result.job,
    run.name,
    run.scenarioSha256,
    run.seed,
    run.population,
    run.startedAtMs,
    run.repeats,
    run.object,
    result.group,
    timeFromText(result.startTime),
    timeFromText(result.endTime),
    result.topics,
    result.verdict,
    result.exitCode,
    result.repeats,
    result.messages,
    result.replayDigest,
    result.wallMs,
    metricsText(result.metrics),
    result.text,
  ]);
}
