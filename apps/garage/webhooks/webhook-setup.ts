/** Who is told of what, as the settings say. */
import type { WebhookEventType } from '@pitlane/contracts/webhook';

export interface Receiver {
  /** Follows from the URL; the journal knows receivers by it, because a URL may hold a secret. */
  readonly id: string;
  readonly url: URL;
  /** Scheme, host and port: for people. */
  readonly shown: string;
}

export interface WebhookSetup {
  readonly receivers: readonly Receiver[];
  readonly events: ReadonlySet<WebhookEventType>;
  /** What stands in the file now. */
  readonly secret: () => string;
}
