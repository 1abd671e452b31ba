/** Asks the node that the page came from, and nobody else. */

const ANSWER_WITHIN_MS = 30_000;

/** The node is there, and says no: its problem document (RFC 9457) in words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, text: string) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

export class Away extends Error {}

export const get = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>('GET', path, undefined, signal);

export const post = <Answer>(path: string, body: object, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>('POST', path, body, signal);

/** `DELETE` in HTTP's words. */
export const remove = <Answer>(path: string): Promise<Answer> => ask<Answer>('DELETE', path);

async function ask<Answer>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Answer> {
  const within = AbortSignal.timeout(ANSWER_WITHIN_MS);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: signal ? AbortSignal.any([signal, within]) : within,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Away('The node does not answer.');
  }
  if (response.status === 204) return undefined as Answer;
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Answer;
  const { detail, title, code = '' } = answer as { detail?: string; title?: string; code?: string };
  throw new Refusal(response.status, code, detail ?? title ?? response.statusText);
}

/** `/v1/drives?vehicle=car-1`, without what is undefined or empty. */
export function pathWith(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}
