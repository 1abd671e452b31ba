/** The settings of a garage's own work; those of its link stand with the transports. */
import { bytes, choice, count, text } from '@pitlane/base/settings';
import { NAME, NAME_EXPECTED } from './api-settings.ts';
import { baysSetting } from './bays-setting.ts';
import { globsSetting } from './globs-setting.ts';
import { WEBHOOK_SETTINGS } from './webhook-settings.ts';

export const GARAGE_SETTINGS = {
  garage: text({
    variable: 'PITLANE_GARAGE',
    default: 'garage',
    example: 'garage-7',
    meaning: 'name of this garage, as it stands in receipts',
    pattern: NAME,
    expected: NAME_EXPECTED,
  }),
  bays: baysSetting,
  topics: globsSetting({
    variable: 'PITLANE_TOPICS',
    example: '/imu,/lidar/*',
    meaning: 'globs: only topics that match one of them leave the garage; what is asked of a dock can only narrow it',
  }),
  excludeTopics: globsSetting({
    variable: 'PITLANE_EXCLUDE_TOPICS',
    example: '/cabin/*,/driver/audio',
    meaning: 'globs: topics that match one of them never leave the garage, and stay on the disk alone',
  }),
  profiles: text({
    variable: 'PITLANE_PROFILES',
    default: '',
    example: '/etc/pitlane/profiles',
    expected: 'a folder',
    meaning:
      'folder with the profiles of vehicle types, by which drives are judged; `HOME/profiles` where nothing is said',
  }),
  stagePolicy: choice({
    variable: 'PITLANE_STAGE_POLICY',
    default: 'auto',
    words: ['auto', 'copy', 'in-place', 'reflink', 'hard-link'],
    meaning: 'whether docked files are copied first; `auto` copies from other devices only, clones are copies there',
  }),
  chunkers: count({
    variable: 'PITLANE_CHUNKERS',
    default: 2,
    min: 1,
    max: 64,
    meaning: 'processes that cut recordings, each with one recording at a time',
  }),
  diskWarnPercent: count({
    variable: 'PITLANE_DISK_WARN_PERCENT',
    default: 80,
    min: 1,
    max: 100,
    meaning: "how full the spool's disk may be before it is said",
  }),
  eventBeforeSeconds: count({
    variable: 'PITLANE_EVENT_BEFORE_SECONDS',
    default: 30,
    min: 0,
    max: 86_400,
    meaning: 'how much before an event of `pitlane.drive.json` goes before bulk with it',
  }),
  eventAfterSeconds: count({
    variable: 'PITLANE_EVENT_AFTER_SECONDS',
    default: 10,
    min: 0,
    max: 86_400,
    meaning: 'how much behind an event of `pitlane.drive.json` goes before bulk with it',
  }),
  diskPausePercent: count({
    variable: 'PITLANE_DISK_PAUSE_PERCENT',
    default: 95,
    min: 1,
    max: 100,
    meaning: "how full the spool's disk may be before intake pauses",
  }),
  previewMaxBytes: bytes({
    variable: 'PITLANE_PREVIEW_MAX_BYTES',
    default: 16 * 1024 ** 2,
    min: 0,
    example: '32MB',
    meaning: "size of the messages in a docked drive's previews, before compression; `0` makes none",
  }),
  previewReadMaxBytes: bytes({
    variable: 'PITLANE_PREVIEW_READ_MAX_BYTES',
    default: 128 * 1024 ** 2,
    min: 1,
    example: '256MB',
    meaning: 'how much of a docked drive is read for its previews: that, and no more than an eighth of a drive',
  }),
  uploadMaxBytes: bytes({
    variable: 'PITLANE_UPLOAD_MAX_BYTES',
    default: 1024 ** 4,
    min: 1,
    example: '200GB',
    meaning: 'largest file that may be uploaded',
  }),
  uploadsAtOnce: count({
    variable: 'PITLANE_UPLOADS_AT_ONCE',
    default: 4,
    min: 1,
    max: 64,
    meaning: 'uploads that send bytes at once; the others wait their turn',
  }),
  uploadKeepDays: count({
    variable: 'PITLANE_UPLOAD_KEEP_DAYS',
    default: 7,
    min: 1,
    max: 365,
    meaning: 'days for which an unfinished upload is kept after its last byte',
  }),
  ...WEBHOOK_SETTINGS,
} as const;
