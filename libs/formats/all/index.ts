/**
 * All formats that Pitlane takes apart, which of them a file is, and the way from a file to what is read of it. It stands
 * where the flow meets the formats. It never judges by a name.
 */
export { confirmedFormatOf, formatNamed, formatOf, FORMATS } from './formats.ts';
export {
  ENDINGS_BESIDE,
  isOpenedFirst,
  openRecording,
  type OpenedRecording,
  type OpenTools,
} from './open-recording.ts';
