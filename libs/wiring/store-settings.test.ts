import { isPitlaneError } from '@pitlane/base/errors';
import { parseSettings } from '@pitlane/base/settings';
import { describe, expect, it } from 'vitest';
import { layoutOf } from './home-layout.ts';
import { objectUrlOf, storeSpecOf } from './open-object-store.ts';
import { refuseEmbedded } from './program-settings.ts';
import { STORE_SETTINGS } from './store-settings.ts';

const parsed = (environment: Readonly<Record<string, string>>) => parseSettings(STORE_SETTINGS, { environment });
const layout = layoutOf('/srv/home');

describe('the settings of the stores', () => {
  it('are embedded unless they say otherwise', () => {
    const spec = storeSpecOf(parsed({}), layout);
    expect(spec).toEqual({ kind: 'file', root: '/srv/home/objects' });
    expect(objectUrlOf(spec)('v1/a b.mcap')).toBe('file:///srv/home/objects/v1/a%20b.mcap');
  });

  it('take buckets, brokers and datasets by their addresses', () => {
    const settings = parsed({
      PITLANE_OBJECT_STORE: 'gs://fleet-drives',
      PITLANE_MESSAGE_LOG: 'kafka://broker-1:9092,broker-2:9092',
      PITLANE_CATALOG: 'bigquery://fleet-data.pitlane',
      PITLANE_GCS_STORAGE_CLASS: 'NEARLINE',
    });
    const spec = storeSpecOf(settings, layout);
    expect(spec).toEqual({ kind: 'gcs', bucket: 'fleet-drives', storageClass: 'NEARLINE' });
    expect(objectUrlOf(spec)('v1/a.mcap')).toBe('gs://fleet-drives/v1/a.mcap');
    expect(() => refuseEmbedded(settings, ['objectStore', 'messageLog', 'catalog'])).not.toThrow();
  });

  it('are refused, all faults together, when they are no addresses', () => {
    const faulty = {
      PITLANE_OBJECT_STORE: 's3://bucket',
      PITLANE_MESSAGE_LOG: 'kafka://',
      PITLANE_CATALOG: 'bigquery://project',
    };
    let text = '';
    try {
      parsed(faulty);
    } catch (error) {
      text = isPitlaneError(error, 'bad-settings') ? error.message : '';
    }
    for (const [name, value] of Object.entries(faulty)) expect(text).toContain(`${name} is "${value}"`);
  });

  it('are refused for a program beside others while they name what one process alone can use', () => {
    const settings = parsed({ PITLANE_MESSAGE_LOG: 'kafka://broker:9092' });
    expect(() => refuseEmbedded(settings, ['objectStore', 'messageLog'])).toThrow(
      /objectStore is "file".*gs:\/\/BUCKET/,
    );
    expect(() => refuseEmbedded(settings, ['messageLog'])).not.toThrow();
  });
});
