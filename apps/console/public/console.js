/** Puts the page together: what the node says goes to the cards, the table, the header and the announcements. */
import { createBayList } from './bays.js';
import { createDockList } from './docks.js';
import { createDriveTable } from './drives.js';
import { textFromAge, textFromCount } from './figures.js';
import { watchNode } from './node.js';

const LINK_WORDS = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Every 10 s',
  away: 'Node away',
  trouble: 'Node in trouble',
};
/** More would be read out for minutes. */
const ANNOUNCED_MAX = 3;

const main = element('main');
const table = createDriveTable(element('drives-rows'));
const bays = createBayList(element('bays'));
const docks = createDockList(element('docks'), showDockCount);
let drivesRead = false;

watchNode({ onLists, onEvent, onLink });

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/** Writes only what changed. @param {string} id @param {string} text */
function write(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

function showDockCount() {
  const empty = docks.size === 0;
  element('docks').hidden = empty;
  element('docks-empty').hidden = !empty;
  write('docks-count', empty ? '' : textFromCount(docks.size));
}

/** @param {{drives: any[], next: string | null, docks: any[], bays: any[]}} lists */
function onLists({ drives, next, docks: listed, bays: inBays }) {
  drivesRead = true;
  bays.show(inBays);
  element('bays-section').hidden = inBays.length === 0;
  write('bays-count', textFromCount(inBays.length));
  docks.show(listed);
  write('docks-empty', 'No drive is being docked.');
  showDockCount();
  announce(
    table
      .show(newestFirst(drives))
      .map(({ vehicleId, driveId, state }) => `${vehicleId}: drive ${driveId} is ${state}.`),
  );
  element('drives').hidden = drives.length === 0;
  element('drives-empty').hidden = drives.length > 0;
  element('drives-waiting').hidden = true;
  write('drives-count', next === null ? textFromCount(drives.length) : `first ${drives.length} of more`);
}

/** The catalog lists by name; whoever looks here waits for what was docked last. @param {any[]} drives */
function newestFirst(drives) {
  const at = (/** @type {any} */ { dockedAt }) => String(dockedAt ?? '');
  return [...drives].sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0));
}

/** @param {string} type @param {any} event */
function onEvent(type, event) {
  if (type === 'progress') docks.progress(event);
  if (type === 'verdict') {
    docks.judged(event);
    if (event.verdict.findings.length > 0) announce([`${event.vehicleId}: ${event.verdict.summary}.`]);
  }
  if (type === 'done') docks.done(event);
  if (type === 'failed') {
    docks.failed(event);
    announce([`Docking failed: ${event.message}`]);
  }
}

/** @param {string[]} sentences */
function announce(sentences) {
  if (sentences.length === 0) return;
  const more = sentences.length - ANNOUNCED_MAX;
  const read = sentences.slice(0, ANNOUNCED_MAX);
  element('announcements').textContent = [...read, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

/** @param {import('./node.js').Link} link */
function onLink({ word, ageMs, stale, fault }) {
  element('link').dataset['link'] = word;
  element('link').toggleAttribute('data-trouble', stale);
  write('link-word', LINK_WORDS[word]);
  write('link-age', ageMs === undefined ? '' : `last update ${textFromAge(ageMs)} ago`);
  main.classList.toggle('stale', stale && drivesRead);
  const advice = drivesRead
    ? 'What you see is the last that was heard. The page goes on by itself.'
    : 'Is it running? npx pitlane up starts it; the page goes on by itself.';
  write('trouble', stale ? `${fault || 'Nothing was heard for a while.'} ${advice}` : '');
  if (stale && !drivesRead) write('drives-waiting', 'The drives could not be read.');
  if (stale && !drivesRead) write('docks-empty', 'The garage could not be asked.');
}
