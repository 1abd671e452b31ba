/** The table of drives. Rows stay where they are and only what changed is written, so that nothing flashes or loses its selection. */
import { textFromBytes, textFromCount, textFromRatio, textFromSpan, textFromTime } from './figures.js';
import { COMPLETE_STATES, stateMark } from './states.js';

/**
 * @typedef {{driveId: string, vehicleId: string, tenant: string, state: string, startTime: string | null,
 *   endTime: string | null, recordings: number, chunks: number, messages: number, bytesIn: number, bytesLanded: number,
 *   bytesLost: number, receiptId: string | null}} Drive
 */

/** Column label for the narrow layout, its class, and what fills it. @type {[string, string, (drive: Drive) => Node[]][]} */
const COLUMNS = [
  ['', 'name', (drive) => [line(drive.vehicleId, 'vehicle'), nameWithTail(drive.driveId, 9)]],
  ['', 'state-cell', (drive) => [stateMark(drive.state)]],
  ['Start (UTC)', '', (drive) => [line(textFromTime(drive.startTime))]],
  ['Duration', 'number', (drive) => [line(textFromSpan(drive.startTime, drive.endTime))]],
  ['Recordings', 'number', (drive) => [line(textFromCount(drive.recordings))]],
  ['Chunks', 'number', (drive) => [line(textFromCount(drive.chunks))]],
  ['Messages', 'number', (drive) => [line(textFromCount(drive.messages))]],
  ['In → landed', 'number', bytesCell],
  ['Lost', 'number', lostCell],
  ['Receipt', '', receiptCell],
];

/** @param {Drive} drive */
function bytesCell({ bytesIn, bytesLanded, state }) {
  const bytes = line(`${textFromBytes(bytesIn)} → ${textFromBytes(bytesLanded)}`);
  // While chunks are on their way, the quotient would promise too much.
  const ratio = COMPLETE_STATES.includes(state) ? textFromRatio(bytesIn, bytesLanded) : '';
  return ratio ? [bytes, line(ratio, 'second')] : [bytes];
}

/** @param {Drive} drive */
function lostCell({ bytesLost }) {
  const bytes = line(textFromBytes(bytesLost));
  if (!(bytesLost > 0)) return [bytes];
  bytes.className = 'loss';
  return [line('LOSS', 'loss word'), bytes];
}

/** @param {Drive} drive */
function receiptCell({ receiptId }) {
  if (!receiptId) return [line('none yet', 'second')];
  const id = line(receiptId.slice(0, 8), 'id');
  id.title = receiptId;
  return [id];
}

/** @param {string} text @param {string} className */
function line(text, className = '') {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  if (className === 'vehicle') element.title = text;
  return element;
}

/**
 * A long name that is cut before its last characters, since those tell it from its neighbours.
 * @param {string} name @param {number} tailLength
 */
export function nameWithTail(name, tailLength) {
  const element = line('', 'id cut');
  element.title = name;
  const characters = Array.from(name);
  element.append(
    line(characters.slice(0, -tailLength).join(''), 'head'),
    line(characters.slice(-tailLength).join(''), 'tail'),
  );
  return element;
}

/** @param {Drive} drive */
const keyOf = (drive) => JSON.stringify([drive.tenant, drive.driveId]);

/** @param {HTMLElement} body */
export function createDriveTable(body) {
  /** @type {Map<string, {row: HTMLElement, drive: Drive, written: string}>} */
  const rows = new Map();
  return {
    /** Shows these drives, in their order, and gives those whose state moved. @param {Drive[]} drives */
    show(drives) {
      const moved = drives.filter((drive) => {
        const before = rows.get(keyOf(drive));
        return before ? before.drive.state !== drive.state : rows.size > 0;
      });
      const keys = new Set(drives.map(keyOf));
      for (const [key, { row }] of rows) {
        if (keys.has(key)) continue;
        row.remove();
        rows.delete(key);
      }
      for (const [index, drive] of drives.entries()) {
        const written = JSON.stringify(drive);
        const entry = rows.get(keyOf(drive)) ?? { row: emptyRow(), drive, written: '' };
        if (entry.written !== written) fillRow(entry.row, drive);
        rows.set(keyOf(drive), { row: entry.row, drive, written });
        if (body.children[index] !== entry.row) body.insertBefore(entry.row, body.children[index] ?? null);
      }
      return moved;
    },
  };
}

function emptyRow() {
  const row = document.createElement('tr');
  row.setAttribute('role', 'row');
  for (const [label, className] of COLUMNS) {
    const cell = document.createElement('td');
    cell.setAttribute('role', 'cell');
    cell.className = className;
    if (label) cell.dataset['label'] = label;
    row.append(cell);
  }
  return row;
}

/** @param {HTMLElement} row @param {Drive} drive */
function fillRow(row, drive) {
  for (const [index, [, , contents]] of COLUMNS.entries()) {
    const cell = row.children[index];
    const nodes = contents(drive);
    const next = document.createElement('div');
    next.className = 'lines';
    next.append(...nodes);
    if (!cell?.firstElementChild?.isEqualNode(next)) cell?.replaceChildren(next);
  }
}
