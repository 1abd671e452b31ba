/** The settings of a program that runs by itself, beside those of its stores. */
import { PitlaneError } from '@pitlane/base/errors';
import { count, text } from '@pitlane/base/settings';
import type { StoreSettings } from './store-settings.ts';

/** Of Pitlane, in every program. */
export const VERSION = '0.1.0';

export const PROGRAM_SETTINGS = {
  home: text({
    variable: 'PITLANE_HOME',
    default: '.pitlane',
    example: '/srv/pitlane',
    meaning: 'folder that holds all state, from the working directory',
    expected: 'a folder',
  }),
  healthPort: count({
    variable: 'PITLANE_HEALTH_PORT',
    default: 7421,
    min: 0,
    max: 65_535,
    meaning: 'port of `/healthz`, `/readyz` and `/metrics` of a program that runs by itself; 0 takes any',
  }),
  healthHost: text({
    variable: 'PITLANE_HEALTH_HOST',
    default: '127.0.0.1',
    example: '0.0.0.0',
    expected: 'an address of this machine',
    meaning: 'address on which they are served',
  }),
} as const;

/** Embedded stores belong to one process: a program beside others needs those that can be shared. */
export function refuseEmbedded(settings: StoreSettings, needed: readonly (keyof StoreSettings)[]): void {
  const embedded = { objectStore: 'file', messageLog: 'embedded', catalog: 'embedded' } as const;
  const examples = {
    objectStore: 'gs://BUCKET',
    messageLog: 'kafka://HOST:PORT',
    catalog: 'bigquery://PROJECT.DATASET',
  };
  const faults = Object.entries(embedded).flatMap(([name, value]) => {
    const key = name as keyof typeof embedded;
    if (!needed.includes(key) || settings[key] !== value) return [];
    return [`${key} is "${value}", which one process alone can use: set it to ${examples[key]}`];
  });
  if (faults.length > 0) throw new PitlaneError('bad-settings', ['these settings are wrong:', ...faults].join('\n  '));
}
