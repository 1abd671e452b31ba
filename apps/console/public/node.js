/** The node as the page sees it: lists that are asked for, events that come by themselves, and how old the newest word is. */

const POLL_MS = 10_000;
/** The least time between two rounds of asking, however many events call for one. */
const THROTTLE_MS = 1_000;
const ANSWER_WITHIN_MS = 8_000;
const RECONNECT_MS = 3_000;
/** Two and a half rounds without a word. */
const STALE_MS = 25_000;
const EVENT_TYPES = ['progress', 'drive', 'verdict', 'done', 'failed'];

/**
 * @typedef {{word: 'connecting' | 'live' | 'polling' | 'away' | 'trouble', ageMs: number | undefined, stale: boolean,
 *   fault: string}} Link
 * @param {{onLists: (lists: {drives: any[], next: string | null, docks: any[], bays: any[]}) => void,
 *   onEvent: (type: string, event: any) => void, onLink: (link: Link) => void}} listener
 */
export function watchNode({ onLists, onEvent, onLink }) {
  let heardAtMs = /** @type {number | undefined} */ (undefined);
  let fault = '';
  let answered = false;
  let eventsOpen = false;

  function tell() {
    const ageMs = heardAtMs === undefined ? undefined : performance.now() - heardAtMs;
    const stale = fault !== '' || (ageMs ?? 0) > STALE_MS;
    const calm = heardAtMs === undefined ? 'connecting' : eventsOpen ? 'live' : 'polling';
    onLink({ word: stale ? (answered ? 'trouble' : 'away') : calm, ageMs, stale, fault });
  }

  const rounds = startRounds(async () => {
    try {
      const paths = ['/v1/drives?limit=100', '/v1/garage/docks', '/v1/garage/bays'];
      const [list, garage, within] = await Promise.all(paths.map(get));
      heardAtMs = performance.now();
      fault = '';
      const { drives = [], next = null } = list;
      onLists({ drives, next, docks: garage.docks ?? [], bays: within.bays ?? [] });
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
      answered = error instanceof Refusal;
    }
    tell();
  });

  listen({
    onOpen(open) {
      eventsOpen = open;
      // What happened while nobody listened is in the lists.
      if (open) rounds.soon();
      tell();
    },
    onEvent(type, event) {
      heardAtMs = performance.now();
      onEvent(type, event);
      if (type !== 'progress') rounds.soon();
      tell();
    },
  });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && rounds.soon());
  setInterval(tell, 1000);
}

/** Runs rounds one after another: the first now, then at least every POLL_MS. @param {() => Promise<void>} round */
function startRounds(round) {
  let startedAtMs = -THROTTLE_MS;
  let dueAtMs = Infinity;
  let running = false;
  let timer = 0;

  /** @param {number} ms */
  function runIn(ms) {
    const atMs = performance.now() + ms;
    if (atMs >= dueAtMs) return;
    clearTimeout(timer);
    dueAtMs = atMs;
    timer = setTimeout(() => void run(), ms);
  }

  async function run() {
    dueAtMs = Infinity;
    // What called for this round may be missing in the answers of the one under way.
    if (running) return runIn(THROTTLE_MS);
    running = true;
    startedAtMs = performance.now();
    await round();
    running = false;
    runIn(POLL_MS);
  }

  void run();
  return { soon: () => runIn(Math.max(0, startedAtMs + THROTTLE_MS - performance.now())) };
}

/** @param {{onOpen: (open: boolean) => void, onEvent: (type: string, event: any) => void}} listener */
function listen({ onOpen, onEvent }) {
  const source = new EventSource('/v1/garage/events');
  source.addEventListener('open', () => onOpen(true));
  source.addEventListener('error', () => {
    onOpen(false);
    // The browser tries again by itself, except after an answer that is no event stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ onOpen, onEvent }), RECONNECT_MS);
  });
  for (const type of EVENT_TYPES) {
    source.addEventListener(type, ({ data }) => onEvent(type, JSON.parse(data)));
  }
}

/** The node is there, and says no. */
class Refusal extends Error {}

/** @param {string} path */
async function get(path) {
  let response;
  try {
    response = await fetch(path, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch {
    throw new Error('The node does not answer.');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refusal(`${path} answered ${response.status}: ${answer.detail ?? answer.title ?? response.statusText}.`);
}
