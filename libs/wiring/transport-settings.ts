/** The settings of the way of the bytes: how each lane travels, and what a lander may keep on its disk meanwhile. */
import { bytes, choice, count, type SettingsOf } from '@pitlane/base/settings';
import type { Lane } from '@pitlane/contracts/frame';
import type { StoreSettings } from './store-settings.ts';

const transport = (lane: Lane) =>
  choice({
    variable: `PITLANE_TRANSPORT_${lane.toUpperCase()}`,
    default: 'auto',
    words: ['auto', 'inline', 'claim-check'],
    meaning: `how chunks of the ${lane} lane travel: in frames through Kafka, or by the garage's own write to the store; \`auto\` is inline over Kafka`,
  });

/** For a garage. */
export const TRANSPORT_SETTINGS = {
  transportUrgent: transport('urgent'),
  transportNormal: transport('normal'),
  transportBulk: transport('bulk'),
  linkBytesPerSecond: bytes({
    variable: 'PITLANE_LINK_BYTES_PER_SECOND',
    default: 0,
    min: 0,
    example: '125MB',
    meaning: 'the most that this garage sends over its link in a second, frames and objects together; 0 is no cap',
  }),
  landingDeadlineSeconds: count({
    variable: 'PITLANE_LANDING_DEADLINE_SECONDS',
    default: 900,
    min: 1,
    max: 86_400,
    meaning:
      'how long a chunk that was sent in frames may take to land before it is sent again; each time twice as long',
  }),
} as const;

/** For a lander. */
export const LANDER_SETTINGS = {
  landerDiskBytes: bytes({
    variable: 'PITLANE_LANDER_DISK_BYTES',
    default: 4 * 1024 ** 3,
    min: 256 * 1024 ** 2,
    example: '16GiB',
    meaning: 'disk on which a lander puts the frames of each lane together; a lane waits when it is full',
  }),
  landerIncompleteSeconds: count({
    variable: 'PITLANE_LANDER_INCOMPLETE_SECONDS',
    default: 600,
    min: 1,
    max: 86_400,
    meaning: 'how long a lander waits for the next frame of a chunk before it asks the garage to send the chunk again',
  }),
} as const;

export type TransportSettings = SettingsOf<typeof TRANSPORT_SETTINGS>;
export type LanderSettings = SettingsOf<typeof LANDER_SETTINGS>;
type Transport = 'inline' | 'claim-check';

export function transportsOf(
  settings: TransportSettings & Pick<StoreSettings, 'messageLog'>,
): Readonly<Record<Lane, Transport>> {
  const auto = settings.messageLog === 'embedded' ? 'claim-check' : 'inline';
  const chosen = (word: Transport | 'auto'): Transport => (word === 'auto' ? auto : word);
  return {
    urgent: chosen(settings.transportUrgent),
    normal: chosen(settings.transportNormal),
    bulk: chosen(settings.transportBulk),
  };
}
