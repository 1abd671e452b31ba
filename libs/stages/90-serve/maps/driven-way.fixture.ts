/** A drive along given places, as the events of its chunks and of what is derived of them. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { DEFAULT_TRACK_PLAN } from '@pitlane/contracts/trajectory';
import { chunkId, type DriveBuilder, START_NS, timeText } from '@pitlane/ports/catalog/contract-facts';
import { trajectoriesDeriver } from '@pitlane/stages/87-derive';

export interface WayPoint {
  /** Since the start of the drive. */
  readonly seconds: number;
  readonly lngDeg: number;
  readonly latDeg: number;
}

export interface DrivenWay {
  readonly points: readonly WayPoint[];
  /** Topics that say where it is. */
  readonly sources?: readonly string[];
  /** Other topics of every chunk. */
  readonly topics?: readonly string[];
}

export function drivenEvents(
  drive: DriveBuilder,
  { points, sources = ['/fix'], topics = ['/imu'] }: DrivenWay,
): CatalogEvent[] {
  const name = `of ${drive.drive.driveId}`;
  const windows = Math.floor((points.at(-1)?.seconds ?? 0) / 60) + 1;
  const chunks = Array.from({ length: windows }, (_, ordinal): CatalogEvent[] => {
    const inside = points.filter(({ seconds }) => Math.floor(seconds / 60) === ordinal);
    const [first, last] = [inside[0], inside.at(-1)];
    if (!first || !last) return [];
    const id = chunkId(`${name} ${ordinal}`);
    const times = { startTime: timeText(first.seconds), endTime: timeText(last.seconds) };
    const chunk = drive.chunk(name, ordinal, { chunkId: id, ...times, topics: [...sources, ...topics] });
    return [chunk, derived(drive, id, sources, inside)];
  });
  return [drive.docked(), drive.preview(name), ...chunks.flat(), drive.state(name, 'indexed')];
}

function derived(
  drive: DriveBuilder,
  id: ReturnType<typeof chunkId>,
  sources: readonly string[],
  points: readonly WayPoint[],
): CatalogEvent {
  const { tenant, driveId, vehicleId } = drive.drive;
  const derivation = trajectoriesDeriver(DEFAULT_TRACK_PLAN).begin({
    drive: { tenant, driveId, vehicleId },
    chunkId: id,
  });
  for (const [at, topic] of sources.entries()) {
    const schemaName = topic.startsWith('/nmea') ? '' : 'sensor_msgs/NavSatFix';
    const channel = {
      id: at,
      topic,
      schemaName,
      messageEncoding: 'json',
      schemaEncoding: '',
      schemaData: new Uint8Array(),
    };
    for (const { seconds, lngDeg, latDeg } of points) {
      const decoded = { longitude: lngDeg, latitude: latDeg, valid: true, status: { status: 0 } };
      derivation.take({ channel, logTimeNs: START_NS + BigInt(Math.round(seconds * 1e9)), decoded });
    }
  }
  return derivation.finish({ messages: points.length, undecoded: 0, faults: [] }).event;
}
