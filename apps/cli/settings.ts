/** The settings of the command and of the node that it starts. The README's table is made from this one. */
import {
  choice,
  count,
  markdownFromSettings,
  parseSettings,
  type SettingsOf,
  type SettingsSources,
  text,
  unknownVariables,
} from '@pitlane/base/settings';
import {
  API_SETTINGS,
  LANDER_SETTINGS,
  NAME,
  NAME_EXPECTED,
  PROGRAM_SETTINGS,
  STORE_SETTINGS,
  TRANSPORT_SETTINGS,
} from '@pitlane/wiring/settings';

export const CONFIG_FILE = 'pitlane.config.json';

export const SETTINGS = {
  ...PROGRAM_SETTINGS,
  ...API_SETTINGS,
  garage: text({
    variable: 'PITLANE_GARAGE',
    default: 'garage',
    example: 'garage-7',
    meaning: 'name of this garage, as it stands in receipts',
    pattern: NAME,
    expected: NAME_EXPECTED,
  }),
  stagePolicy: choice({
    variable: 'PITLANE_STAGE_POLICY',
    default: 'auto',
    words: ['auto', 'copy', 'in-place'],
    meaning: 'whether docked files are copied first; `auto` copies from other devices only',
  }),
  ...STORE_SETTINGS,
  ...TRANSPORT_SETTINGS,
  ...LANDER_SETTINGS,
  cloudPrograms: choice({
    variable: 'PITLANE_CLOUD_PROGRAMS',
    default: 'inside',
    words: ['inside', 'elsewhere'],
    meaning: 'whether lander and indexer run in the process of `pitlane up`, or as programs of their own',
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
    meaning: "how full the spool's disk may be before a warning",
  }),
  diskPausePercent: count({
    variable: 'PITLANE_DISK_PAUSE_PERCENT',
    default: 95,
    min: 1,
    max: 100,
    meaning: "how full the spool's disk may be before intake pauses",
  }),
} as const;

export type Settings = SettingsOf<typeof SETTINGS>;

/** The settings; `warn` hears of variables that look like settings and are none. Throws `bad-settings`. */
export function readSettings(sources: SettingsSources, warn: (text: string) => void): Settings {
  for (const warning of unknownVariables(SETTINGS, sources.environment, 'PITLANE_', [
    'PITLANE_TEST_',
    'PITLANE_SERVICES_',
  ]))
    warn(warning);
  return parseSettings(SETTINGS, sources);
}

/** The table for the README. */
export const settingsMarkdown = (): string => markdownFromSettings(SETTINGS);
