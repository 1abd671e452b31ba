/** Who is told by webhook of what happens in the garage: the settings, and what they say together. */
import { PitlaneError } from '@pitlane/base/errors';
import { SecretFile } from '@pitlane/base/secret-file';
import { choice, type Setting, type SettingsOf, text } from '@pitlane/base/settings';
import type { Log } from '@pitlane/base/telemetry';
import { sha256Of } from '@pitlane/contracts/identity';
import { WEBHOOK_EVENT_TYPES, type WebhookEventType } from '@pitlane/contracts/webhook';

const RECEIVERS_MAX = 16;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** Long enough that nobody guesses it. */
const SECRET = /^[\x21-\x7e]{16,512}$/;

export const WEBHOOK_SETTINGS = {
  webhookUrls: {
    variable: 'PITLANE_WEBHOOK_URLS',
    expected: `up to ${RECEIVERS_MAX} different https URLs with commas between them`,
    example: 'https://hooks.example.com/pitlane,https://fleet.example.com/events',
    default: [],
    meaning: 'who is told when a drive is staged, receipted or has losses, and when a dataset is built',
    parse: urlsFromText,
  } as Setting<readonly string[]>,
  webhookSecretFile: text({
    variable: 'PITLANE_WEBHOOK_SECRET_FILE',
    default: '',
    example: '/run/secrets/pitlane-webhooks',
    expected: 'a file',
    meaning: 'the file that holds the secret by which they know that it is us; read again for each request',
  }),
  webhookEvents: {
    variable: 'PITLANE_WEBHOOK_EVENTS',
    expected: `some of ${WEBHOOK_EVENT_TYPES.join(', ')}, with commas between them`,
    example: 'drive.receipted,drive.loss',
    default: WEBHOOK_EVENT_TYPES,
    meaning: 'what they are told of',
    parse: eventsFromText,
  } as Setting<readonly WebhookEventType[]>,
  webhookHttp: choice({
    variable: 'PITLANE_WEBHOOK_HTTP',
    default: 'loopback',
    words: ['loopback', 'anywhere'],
    meaning: 'where receivers may be told without TLS: on this machine alone, or anywhere',
  }),
} as const;

export type WebhookSettings = SettingsOf<typeof WEBHOOK_SETTINGS>;

export interface WebhookSetup {
  readonly receivers: readonly { readonly id: string; readonly url: URL; readonly shown: string }[];
  readonly events: ReadonlySet<WebhookEventType>;
  readonly secret: () => string;
}

/** Throws `bad-settings` with every fault in its text. The secret, and paths of URLs, which may hold one, are in none. */
export function webhookSetupOf(settings: WebhookSettings, log: Log): WebhookSetup {
  const { webhookUrls, webhookSecretFile, webhookEvents, webhookHttp } = settings;
  const receivers = webhookUrls.map((given) => {
    const url = new URL(given);
    return { id: sha256Of(url.href).slice(0, 12), url, shown: url.origin };
  });
  const faults = receivers.flatMap(({ url, shown }) => faultsOf(url, shown, webhookHttp));
  const secret = receivers.length > 0 ? secretIn(webhookSecretFile, log, faults) : () => '';
  if (faults.length > 0) throw new PitlaneError('bad-settings', ['these settings are wrong:', ...faults].join('\n  '));
  return { receivers, events: new Set(webhookEvents), secret };
}

function faultsOf({ protocol, hostname, username, password }: URL, shown: string, http: string): string[] {
  const faults: string[] = [];
  if (protocol === 'http:' && http !== 'anywhere' && !LOOPBACK.test(hostname)) {
    const next = 'use https, or set PITLANE_WEBHOOK_HTTP to anywhere if nobody on the way may listen';
    faults.push(`PITLANE_WEBHOOK_URLS has ${shown}, which is beyond this machine and without TLS: ${next}`);
  }
  if (username !== '' || password !== '') {
    faults.push(
      `PITLANE_WEBHOOK_URLS has a user or a password for ${shown}: leave them out, the signature says who we are`,
    );
  }
  return faults;
}

function secretIn(file: string, log: Log, faults: string[]): () => string {
  if (file === '') {
    const next = 'write one into a file, such as that of `openssl rand -hex 32`, and name the file';
    faults.push(`PITLANE_WEBHOOK_SECRET_FILE is not set, and receivers know us by a secret: ${next}`);
    return () => '';
  }
  try {
    const secret = new SecretFile(file, 'the secret of webhooks', log);
    if (!SECRET.test(secret.line)) {
      faults.push(
        `PITLANE_WEBHOOK_SECRET_FILE: ${file} holds no secret: expected 16 to 512 letters, digits and signs without spaces`,
      );
    }
    return () => secretOf(secret, file);
  } catch (error) {
    if (!(error instanceof PitlaneError)) throw error;
    faults.push(`PITLANE_WEBHOOK_SECRET_FILE: ${error.message}`);
    return () => '';
  }
}

/** One that was replaced by nothing must not sign: everybody could. */
function secretOf(secret: SecretFile, file: string): string {
  const { line } = secret;
  if (SECRET.test(line)) return line;
  throw new PitlaneError('bad-settings', `${file} holds no secret any more: nothing is signed until it does`);
}

/** As a list of the configuration file, or with commas. */
function listFromText(given: string): readonly string[] | undefined {
  try {
    const listed: unknown = given.startsWith('[') ? JSON.parse(given) : given.split(',').map((part) => part.trim());
    const isList = Array.isArray(listed) && listed.length > 0 && listed.every((part) => typeof part === 'string');
    return isList && new Set(listed).size === listed.length ? listed : undefined;
  } catch {
    return undefined;
  }
}

function urlsFromText(given: string): readonly string[] | undefined {
  const listed = listFromText(given);
  if (!listed || listed.length > RECEIVERS_MAX) return undefined;
  const urls = listed.map((one) => (URL.canParse(one) ? new URL(one) : undefined));
  const isSound = urls.every((url) => url && /^https?:$/.test(url.protocol));
  return isSound && new Set(urls.map((url) => url?.href)).size === urls.length ? listed : undefined;
}

function eventsFromText(given: string): readonly WebhookEventType[] | undefined {
  const found = listFromText(given)?.map((one) => WEBHOOK_EVENT_TYPES.find((type) => type === one));
  return found?.every((type) => type !== undefined) ? found : undefined;
}
