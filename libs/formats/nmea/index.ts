/**
 * Reads logs of NMEA 0183 sentences, of u-blox frames, and of both where a receiver wrote both. It is one of the formats
 * behind `RecordingFormat`. It checks every checksum, reads times, and never decodes a position.
 *
 * Each talker and sentence is a channel `/nmea/GPRMC` whose messages are the lines as they stand, without the line end;
 * each kind of u-blox frame is a channel `/ubx/01-07` whose messages are whole frames. Times come from the sentences
 * that have some (`sentence-clock.ts`), and where none has, from the frames that do (`ubx-time.ts`); everything else takes
 * the last time.
 */
import { inspectByReading } from '../inspect-by-reading/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { readNmea } from './read-nmea.ts';
import { recognisesNmea } from './recognise-nmea.ts';

export { saidTime } from './sentence-times.ts';
export { ubxTime } from './ubx-time.ts';

export const nmea: RecordingFormat = {
  name: 'nmea',
  recognises: recognisesNmea,
  inspect: (source, tools) => inspectByReading(readNmea, source, tools),
  read: readNmea,
};
