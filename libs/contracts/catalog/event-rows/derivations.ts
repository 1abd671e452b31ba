/** What was derived of chunks. */
import type { SignalSeries } from '../../derivation/index.ts';
import { TRAJECTORIES } from '../../trajectory/index.ts';
import { type EventOf, idFromHex, ofDrive, type RowSink, timeFromText } from './cells.ts';
import { writeTracks } from './tracks.ts';

export function writeDerivation(event: EventOf<'derivation'>, seq: number | bigint, sink: RowSink): void {
  const { chunkId, derivation, signals = [] } = event;
  sink('derivation_events', [
    ...ofDrive(event, seq),
    chunkId,
    derivation.deriver,
    derivation.version,
    derivation.object,
    derivation.messages,
    derivation.undecoded,
    derivation.faults,
    idFromHex(chunkId),
  ]);
  for (const series of signals) writeSignal(event, series, seq, sink);
  if (derivation.deriver === TRAJECTORIES) writeTracks(event, seq, sink);
}

function writeSignal(
  event: EventOf<'derivation'>,
  { topic, signal, rank, unit, startTime, endTime, offsetsNs, values, texts }: SignalSeries,
  seq: number | bigint,
  sink: RowSink,
): void {
  sink('signal_events', [
    ...ofDrive(event, seq),
    event.chunkId,
    topic,
    signal,
    rank,
    unit,
    timeFromText(startTime),
    timeFromText(endTime),
    offsetsNs,
    values,
    texts,
  ]);
}
