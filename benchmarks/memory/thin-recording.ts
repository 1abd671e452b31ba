/** A recording that makes as many chunks as it can with next to no bytes: one small message a topic in each window. */
import { open } from 'node:fs/promises';
import { McapWriter } from '@mcap/core';

const WINDOW_NS = 60_000_000_000n;
const START_NS = 1_700_000_000n * 1_000_000_000n;
const PAYLOAD = new TextEncoder().encode('{"x":1}');

export async function writeThinRecording(path: string, windows: number, topics: number): Promise<void> {
  const file = await open(path, 'wx');
  let at = 0n;
  let parts: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    await file.appendFile(Buffer.concat(parts));
    parts = [];
  };
  const writable = {
    position: () => at,
    write: async (bytes: Uint8Array): Promise<void> => {
      at += BigInt(bytes.byteLength);
      // A copy: the writer reuses its buffer.
      parts.push(new Uint8Array(bytes));
      if (parts.length >= FLUSH_PARTS) await flush();
    },
  };
  const writer = new McapWriter({ writable });
  await writer.start({ profile: '', library: 'pitlane-bench' });
  const channels: number[] = [];
  for (let topic = 0; topic < topics; topic += 1) {
    const channel = {
      topic: `/thin/${topic}`,
      messageEncoding: 'json',
      schemaId: 0,
      metadata: new Map<string, string>(),
    };
    channels.push(await writer.registerChannel(channel));
  }
  for (let window = 0; window < windows; window += 1) {
    const logTime = START_NS + BigInt(window) * WINDOW_NS;
    for (const channelId of channels) {
      await writer.addMessage({ channelId, sequence: window, logTime, publishTime: logTime, data: PAYLOAD });
    }
  }
  await writer.end();
  await flush();
  await file.close();
}

const FLUSH_PARTS = 256;
