/**
 * Watches the messages of a recording as they are cut: when each topic's came, whether its pictures live, whether there is
 * a fix. It is called once a batch, keeps nothing of a message but numbers, and never fails for what a message holds.
 */
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import type { Channel, RecordingEvent } from '@pitlane/formats/recording';
import { contentWatchOf, type ContentWatch } from './content-watch.ts';
import { evidenceFrom } from './evidence.ts';
import { TopicBook, type TopicSeen } from './topic-book.ts';

interface Watched {
  readonly seen: TopicSeen | undefined;
  readonly content: ContentWatch | undefined;
}

export class MessageObserver {
  readonly #book = new TopicBook();
  /** By channel index. */
  readonly #channels: Watched[] = [];

  /** The seam: the messages of a batch, before anybody else takes them. */
  readonly observe = (batch: readonly RecordingEvent[]): void => {
    for (const event of batch) {
      if (event.kind === 'message') {
        const { channel, logTimeNs, data } = event.message;
        const { seen, content } = this.#channels[channel.index] ?? this.#watch(channel);
        if (!seen) continue;
        const timeNs = this.#book.fromBase(logTimeNs);
        if (seen.messages !== undefined) seen.messages += 1;
        seen.at(timeNs);
        content?.take(timeNs, data);
      } else if (event.kind === 'channel' && !this.#channels[event.channel.index]) this.#watch(event.channel);
    }
  };

  /** Once, at the end. */
  evidence(): RecordingEvidence {
    return evidenceFrom(this.#book, 'messages');
  }

  get book(): TopicBook {
    return this.#book;
  }

  #watch(channel: Channel): Watched {
    const seen = this.#book.topic(channel.topic, channel.schema?.name ?? '');
    const watched = { seen, content: seen && contentWatchOf(channel, seen) };
    this.#channels[channel.index] = watched;
    return watched;
  }
}
