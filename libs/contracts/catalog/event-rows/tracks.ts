/** Tracks of chunks, and the cells that they pass. */
import { type CellVisit, LEFT_OUT, type TrackFacts, decodedTrack, wktFromTrack } from '../../trajectory/index.ts';
import type { EventRow } from '../event-tables.ts';
import { type EventOf, idFromHex, ofDrive, type RowSink, timeFromText } from './cells.ts';

export function writeTracks(event: EventOf<'derivation'>, seq: number | bigint, sink: RowSink): void {
  const { chunkId, tracks = [], frames = [] } = event;
  const ofChunk = [...ofDrive(event, seq), chunkId, idFromHex(chunkId)];
  if (tracks.length === 0) sink('track_events', [...ofChunk, ...NO_TRACK]);
  for (const { topic, frameId, parentFrameId, translation, rotation } of frames) {
    const [x = null, y = null, z = null] = translation ?? [];
    const [qx = null, qy = null, qz = null, qw = null] = rotation ?? [];
    sink('frame_events', [...ofChunk, topic, frameId, parentFrameId, x, y, z, qx, qy, qz, qw]);
  }
  for (const track of tracks) {
    const ofTrack = [...ofChunk, track.topic, track.part, track.rank];
    sink('track_events', [...ofTrack, ...cellsOf(track)]);
    for (const visit of track.visits) sink('track_cell_events', [...ofTrack, ...cellsOfVisit(visit, track)]);
  }
}

const CELLS_OF_TRACK = 26;
const NO_TRACK: EventRow = Array.from({ length: CELLS_OF_TRACK }, (_, i) => (i === CELLS_OF_TRACK - 2 ? [] : null));

function cellsOf(facts: TrackFacts): EventRow {
  const reasons = LEFT_OUT.filter((reason) => facts.left[reason] > 0);
  return [
    facts.source,
    facts.frameId,
    timeFromText(facts.startTime),
    timeFromText(facts.endTime),
    facts.positions,
    facts.points,
    facts.track,
    facts.track === null ? null : wktFromTrack(decodedTrack(facts.track)),
    facts.lengthM,
    facts.reachM,
    facts.box?.westDeg ?? null,
    facts.box?.southDeg ?? null,
    facts.box?.eastDeg ?? null,
    facts.box?.northDeg ?? null,
    facts.speedMeanMps,
    facts.speedMinMps,
    facts.speedMaxMps,
    facts.headingDeg,
    facts.fixQuality,
    facts.accuracyM,
    reasons.reduce((sum, reason) => sum + facts.left[reason], 0),
    reasons.map((reason) => `${reason}: ${facts.left[reason]}`),
    facts.note,
  ];
}

function cellsOfVisit(visit: CellVisit, { startTime, points, reachM }: TrackFacts): EventRow {
  return [
    BigInt(`0x${visit.cell}`),
    BigInt(`0x${visit.region}`),
    timeFromText(visit.startTime),
    timeFromText(visit.endTime),
    timeFromText(startTime),
    points,
    visit.firstPoint,
    visit.lastPoint,
    visit.track,
    visit.box.westDeg,
    visit.box.southDeg,
    visit.box.eastDeg,
    visit.box.northDeg,
    visit.lengthM,
    reachM,
    visit.speedMeanMps,
    visit.speedMinMps,
    visit.speedMaxMps,
    visit.headingDeg,
    visit.headingFromDeg,
    visit.headingToDeg,
  ];
}
