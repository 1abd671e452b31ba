/**
 * Finds the times that messages say of themselves: UTC of satellite receivers, reference clocks, stamps of sensors. It
 * stands beside the formats, for whoever compares clocks with a log's own times; it is no format. It decodes stamps at
 * fixed places and nothing else, never throws, and never changes a byte.
 *
 * `EXTRACTORS` is where a further encoding comes in: a function from a channel to its readers, one line in the list.
 */
import type { Channel } from '../recording/index.ts';
import { foxgloveJsonStamps } from './json-stamps.ts';
import { openpilotStamps } from './openpilot-stamps.ts';
import { foxgloveProtobufStamps } from './protobuf-stamps.ts';
import { gpxStamps, nmeaStamps, ubxStamps } from './receiver-stamps.ts';
import { rosStamps } from './ros-stamps.ts';
import type { Extractor, StampReader } from './stamp-reader.ts';
import { ulogStamps } from './ulog-stamps.ts';

export type { ReadStamp, StampReader, StampSource } from './stamp-reader.ts';

const EXTRACTORS: readonly Extractor[] = [
  rosStamps,
  nmeaStamps,
  ubxStamps,
  gpxStamps,
  foxgloveJsonStamps,
  foxgloveProtobufStamps,
  ulogStamps,
  openpilotStamps,
];

/** The readers for a channel's messages; most channels have none. */
export const stampReadersOf = (channel: Channel): readonly StampReader[] =>
  EXTRACTORS.flatMap((extractor) => extractor(channel));
