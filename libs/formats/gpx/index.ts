/**
 * Reads GPX 1.0 and 1.1: tracks, routes and waypoints. It is one of the formats behind `RecordingFormat`. It takes points
 * one by one out of a strict but forgiving scan, never builds a tree of the file, and never follows a document type or an
 * entity of the file's own: a file that has one lands byte for byte.
 *
 * Each track is a channel `/gpx/track/<n>`, each route `/gpx/route/<n>`, counted from 1; single points are in
 * `/gpx/waypoints`. Messages are JSON after Foxglove's LocationFix with what else the point says (`point-json.ts`). All
 * the rest, such as names and bounds, is one metadata record `gpx.metadata`.
 */
import { inspectByReading } from '../inspect-by-reading/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { readGpx } from './read-gpx.ts';
import { recognisesGpx } from './recognise-gpx.ts';

export const gpx: RecordingFormat = {
  name: 'gpx',
  recognises: recognisesGpx,
  inspect: (source, tools) => inspectByReading(readGpx, source, tools),
  read: readGpx,
};
