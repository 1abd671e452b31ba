/** The dockings that go on: a card each, with a bar for every stage from the car's disk to the catalog. */
import { nameWithTail } from './drives.js';
import { progressFrom } from './figures.js';
import { createVerdict } from './verdict.js';

const STAGES = ['stage', 'chunk', 'ship', 'land', 'index'];
/** How long a docking that came through stays to be seen. */
const LINGER_MS = 30_000;
/** The journal keeps what failed for ever; here it stays for a day. */
const FAILED_SHOWN_MS = 24 * 3_600_000;

/**
 * @typedef {{dockId: string, path: string, state: string, driveIds: string[], error: string | null, dockedAtMs: number}} Dock
 * @typedef {{doneBytes: number, totalBytes: number, totalKnown: boolean}} StageProgress
 */

/** @param {HTMLElement} list @param {() => void} whenChanged */
export function createDockList(list, whenChanged) {
  /** @type {Map<string, ReturnType<typeof createCard>>} */
  const cards = new Map();
  /** Dockings whose end was heard: an older list must not bring them back. @type {Set<string>} */
  const over = new Set();

  /** @param {string} dockId @param {string} path */
  function cardOf(dockId, path) {
    const known = cards.get(dockId);
    if (known) return known;
    const card = createCard(path);
    cards.set(dockId, card);
    list.append(card.element);
    whenChanged();
    return card;
  }

  /** @param {string} dockId */
  function remove(dockId) {
    cards.get(dockId)?.element.remove();
    cards.delete(dockId);
    whenChanged();
  }

  return {
    get size() {
      return cards.size;
    },
    /** @param {Dock[]} docks */
    show(docks) {
      const shown = docks.filter((dock) => isShown(dock) && !over.has(dock.dockId));
      const listed = new Set(shown.map(({ dockId }) => dockId));
      for (const dockId of cards.keys()) if (!listed.has(dockId) && !over.has(dockId)) remove(dockId);
      for (const { dockId, path, state, driveIds, error } of shown) {
        const card = cardOf(dockId, path);
        // An open docking may carry the error of an earlier try.
        if (state === 'failed') card.fail(error ?? 'It failed.');
        else card.open(driveIds);
      }
    },
    /** @param {{dockId: string, path: string, stages: Record<string, StageProgress>}} event */
    progress({ dockId, path, stages }) {
      over.delete(dockId);
      cardOf(dockId, path).progress(stages);
    },
    /** @param {{dockId: string, path: string, folder: string, verdict: import('./verdict.js').Verdict}} event */
    judged({ dockId, path, folder, verdict }) {
      cardOf(dockId, path).judged(folder, verdict);
    },
    /** @param {{dockId: string}} event */
    done({ dockId }) {
      if (!cards.has(dockId) || over.has(dockId)) return;
      over.add(dockId);
      cards.get(dockId)?.finish();
      setTimeout(() => over.has(dockId) && remove(dockId), LINGER_MS);
    },
    /** @param {{dockId?: string, code: string, message: string}} event */
    failed({ dockId, code, message }) {
      const card = dockId === undefined ? undefined : cards.get(dockId);
      if (code === 'interrupted') card?.interrupt();
      else card?.fail(message);
    },
  };
}

/** @param {Dock} dock */
function isShown({ state, dockedAtMs }) {
  return state === 'open' || (state === 'failed' && Date.now() - dockedAtMs < FAILED_SHOWN_MS);
}

/** @param {string} path */
function createCard(path) {
  const element = make('li', 'dock');
  const word = make('span', 'dock-word', 'waiting');
  const head = make('div', 'dock-head');
  const tailLength = Math.min(28, Array.from(path.split('/').at(-1) ?? '').length + 1);
  head.append(nameWithTail(path, tailLength), word);
  const bars = STAGES.map(createBar);
  let heard = false;
  const stages = make('ol', 'stages');
  stages.append(...bars.map((bar) => bar.element));
  const note = make('p', 'dock-note', ' ');
  const verdicts = createVerdict();
  element.append(head, stages, note, verdicts.element);
  return {
    element,
    /** @param {string} folder @param {import('./verdict.js').Verdict} verdict */
    judged(folder, verdict) {
      verdicts.show(folder, verdict);
    },
    /** @param {Record<string, StageProgress>} progress */
    progress(progress) {
      heard = true;
      stages.hidden = false;
      element.classList.remove('failed');
      word.textContent = 'docking';
      for (const [index, stage] of STAGES.entries()) bars[index]?.show(progress[stage]);
    },
    /** @param {string[]} driveIds */
    open(driveIds) {
      element.classList.remove('failed');
      stages.hidden = false;
      word.textContent = heard ? 'docking' : 'waiting';
      note.textContent =
        driveIds.length > 1 ? `${driveIds.length} drives: ${driveIds.join(', ')}` : (driveIds[0] ?? ' ');
      note.title = driveIds.join('\n');
    },
    finish() {
      word.textContent = 'done';
      element.classList.add('done');
    },
    interrupt() {
      word.textContent = 'interrupted';
      note.textContent = 'The node is stopping. It goes on with this when it starts again.';
    },
    /** @param {string} message */
    fail(message) {
      element.classList.add('failed');
      word.textContent = '▲ failed';
      stages.hidden = !heard;
      note.textContent = `${message.replace(/[.\s]*$/, '.')} Docked again, it goes on where it stopped.`;
    },
  };
}

/** @param {string} stage */
function createBar(stage) {
  const element = make('li', 'stage');
  const [percent, bytes] = [make('span', 'stage-percent'), make('span', 'stage-bytes')];
  const [bar, fill] = [make('div', 'bar'), make('div', 'fill')];
  bar.setAttribute('role', 'progressbar');
  bar.setAttribute('aria-label', stage);
  bar.setAttribute('aria-valuemin', '0');
  bar.setAttribute('aria-valuemax', '100');
  bar.append(fill);
  element.append(make('span', 'stage-name', stage), percent, bar, bytes);
  /** @param {StageProgress | undefined} progress */
  function show(progress) {
    const now = progressFrom(progress);
    percent.textContent = now.percent;
    bytes.textContent = now.bytes;
    fill.style.transform = `scaleX(${now.share})`;
    element.classList.toggle('whole', now.whole);
    bar.setAttribute('aria-valuenow', String(Math.floor(now.share * 100)));
    bar.setAttribute('aria-valuetext', `${now.percent}, ${now.bytes}`);
  }
  show(undefined);
  return { element, show };
}

/** @param {string} tag @param {string} className @param {string} text */
function make(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
