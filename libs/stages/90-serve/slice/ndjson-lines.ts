/** Messages as lines of JSON. What is JSON already stands there as it is, digit by digit; all else as base64. */
import type { MergedMessage } from '../export/merged-messages.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function lineOf({ channel, sequence, logTimeNs, publishTimeNs, data }: MergedMessage): string {
  const { topic, messageEncoding: encoding, schemaName } = channel;
  const about = {
    topic,
    logTime: String(logTimeNs),
    publishTime: String(publishTimeNs),
    sequence,
    schema: schemaName,
    encoding,
  };
  const json = encoding === 'json' ? jsonOf(data) : undefined;
  const content = json === undefined ? `"data":"${Buffer.from(data).toString('base64')}"` : `"message":${json}`;
  return `${JSON.stringify(about).slice(0, -1)},${content}}\n`;
}

/** The text of valid JSON on one line; undefined for what is none. Numbers keep all of their digits. */
function jsonOf(data: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(data);
    JSON.parse(text);
    // Outside of strings a line break is white space, and inside of them there is none.
    return text.replace(/[\r\n]+/g, ' ').trim();
  } catch {
    return undefined;
  }
}
