import { parseSettings } from '@pitlane/base/settings';
import { layoutOf } from '@pitlane/wiring';
import { expect, it } from 'vitest';
import { SETTINGS } from '../settings.ts';
import type { Stores } from './open-parts.ts';
import { tasksOf } from './tasks.ts';

it.each([
  { PITLANE_OBJECT_STORE: 'gs://bucket' },
  { PITLANE_MESSAGE_LOG: 'kafka://broker:9092' },
  { PITLANE_CATALOG: 'bigquery://project.dataset' },
])('refuses the doctor without touching a store, given %s', async (environment) => {
  const settings = parseSettings(SETTINGS, { environment });
  const parts = { settings, layout: layoutOf('/home'), stores: {} as Stores, receiptKeyPem: '' };
  const deriving = { ask: async () => 0, waiting: async () => 0 };
  const none = {
    reindex: async () => ({}),
    deriving,
    async *faults() {},
    webhookCounts: () => [],
    tellWebhooks: () => {},
  };
  const told = tasksOf({ ...parts, ...none }).doctor(new AbortController().signal);
  await expect(told[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('run `pitlane doctor` on its machine'),
  });
});
