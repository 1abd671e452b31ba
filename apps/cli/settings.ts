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
  GARAGE_SETTINGS,
  LANDER_SETTINGS,
  PROGRAM_SETTINGS,
  STORE_SETTINGS,
  TRANSPORT_SETTINGS,
} from '@pitlane/wiring/settings';

export const CONFIG_FILE = 'pitlane.config.json';

export const SETTINGS = {
  ...PROGRAM_SETTINGS,
  ...API_SETTINGS,
  ...GARAGE_SETTINGS,
  ...STORE_SETTINGS,
  ...TRANSPORT_SETTINGS,
  ...LANDER_SETTINGS,
  cloudPrograms: choice({
    variable: 'PITLANE_CLOUD_PROGRAMS',
    default: 'inside',
    words: ['inside', 'elsewhere'],
    meaning: 'whether lander and indexer run in the process of `pitlane up`, or as programs of their own',
  }),
  basemap: text({
    variable: 'PITLANE_BASEMAP',
    default: '',
    example: '/srv/site/roads.geojson',
    expected: 'a file',
    meaning:
      'a GeoJSON file of roads, coast or the site, 32 MB at most, drawn below the maps of the pages; whoever opens the pages gets it',
  }),
  diskWarnPercent: count({
    variable: 'PITLANE_DISK_WARN_PERCENT',
    default: 80,
    min: 1,
    max: 100,
    meaning: "how full the spool's disk may be before a warning",
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
