import { McapStreamReader } from '@mcap/core';
import { expect, it } from 'vitest';
import { cutBatches } from '../../../test/support/cut-in-memory.ts';

const metadata = { name: 'drive', entries: new Map([['map', 'city']]), sourceOffset: 40 };

it('extras of logs with different profiles are the same object when they hold the same', async () => {
  const cut = await cutBatches([[{ kind: 'metadata', metadata }]]);
  const [extras] = cut.chunks;
  const reader = new McapStreamReader();
  reader.append(cut.bytesOf(extras as NonNullable<typeof extras>));
  expect(cut.end.profile).toBe('ros2');
  expect(reader.nextRecord()).toEqual({ type: 'Header', profile: '', library: 'pitlane' });
});
