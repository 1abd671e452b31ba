/** Signed links (V4) to objects of the bucket: by the key of the credentials, or by IAM where they have none of their own. */
import { Storage } from '@google-cloud/storage';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { type Clock, systemClock } from '@pitlane/base/time';
import type { ObjectLinks } from '@pitlane/ports/object-links';

export interface GcsLinkOptions {
  readonly bucket: string;
  /** Another address of the store. */
  readonly endpoint?: string | undefined;
  /** Tests bring a key of their own; else the credentials are the machine's. */
  readonly credentials?: { readonly client_email: string; readonly private_key: string };
  readonly clock?: Pick<Clock, 'nowMs'>;
}

export function openGcsLinks({ bucket, endpoint, credentials, clock = systemClock }: GcsLinkOptions): ObjectLinks {
  const storage = new Storage({
    projectId: 'none',
    ...(endpoint && { apiEndpoint: endpoint }),
    ...(credentials && { credentials }),
  });
  const files = storage.bucket(bucket);
  return {
    async readUrl(name, { generation, seconds }) {
      const accessibleAt = Math.floor(clock.nowMs() / 1000) * 1000;
      const expiresAtMs = accessibleAt + seconds * 1000;
      try {
        const [url] = await files.file(name).getSignedUrl({
          version: 'v4',
          action: 'read',
          accessibleAt,
          expires: expiresAtMs,
          queryParams: { generation },
          ...(endpoint && { host: endpoint }),
        });
        return { url, expiresAtMs };
      } catch (cause) {
        const text = `no link to gs://${bucket}/${name} can be signed: ${messageOf(cause)}`;
        throw new PitlaneError('refused', `${text}; give the service account iam.serviceAccounts.signBlob on itself`, {
          cause,
        });
      }
    },
  };
}
