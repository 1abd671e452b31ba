/** What is looked at in the messages of a channel, by what its schema says they are. */
import type { Channel } from '@pitlane/formats/recording';
import { CameraWatch } from './camera/camera-watch.ts';
import { fixReaderOf } from './gnss/fix-reader.ts';
import type { TopicSeen } from './topic-book.ts';

export interface ContentWatch {
  take(timeNs: number, data: Uint8Array): void;
}

const COMPRESSED_PICTURE = /(^|[/.])CompressedImage$/;
const RAW_PICTURE = /(^|[/.])(Raw)?Image$/;

export function contentWatchOf(channel: Channel, seen: TopicSeen): ContentWatch | undefined {
  const name = channel.schema?.name ?? '';
  // JSON holds pictures as text.
  if (channel.messageEncoding !== 'json') {
    if (COMPRESSED_PICTURE.test(name)) return new CameraWatch(seen, 'compressed');
    if (RAW_PICTURE.test(name)) return new CameraWatch(seen, 'raw');
  }
  const hasFix = fixReaderOf(channel);
  if (!hasFix) return undefined;
  return {
    take(timeNs, data) {
      const fix = hasFix(data);
      if (fix === undefined) return;
      seen.contentJudged += 1;
      if (fix) seen.stretches('no-fix').ends();
      else seen.stretches('no-fix').holds(timeNs);
    },
  };
}
