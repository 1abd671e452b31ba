/** The bays: what is in each, and whether its disk may be pulled. Empty bays are shown too: a technician looks for a free one. */

/**
 * @typedef {{path: string, state: string, text: string, driveIds: string[], verdict?: string | null, safeToPull: boolean, safeToWipe: boolean,
 *   device?: string | null, model?: string | null, serial?: string | null, lastVehicleIds?: string[], warning?: string | null,
 *   health?: {verdict: string, text: string} | null}} Disk
 * @typedef {{bay: string, path: string, vehicleId: string | null, disks: Disk[]}} Bay
 */

/** @param {HTMLElement} list */
export function createBayList(list) {
  let shown = '';
  return {
    /** Draws anew only what changed: a reader must not lose the place. @param {Bay[]} bays */
    show(bays) {
      const now = JSON.stringify(bays);
      if (now === shown) return;
      shown = now;
      list.replaceChildren(...bays.map(bayFrom));
    },
  };
}

/** @param {Bay} bay */
function bayFrom({ bay, path, vehicleId, disks }) {
  const element = make('li', 'bay');
  const head = make('div', 'bay-head');
  head.append(make('strong', 'bay-name', bay), make('span', 'id', vehicleId ? `${path}, ${vehicleId}` : path));
  element.append(
    head,
    ...(disks.length > 0 ? disks.map((disk) => diskFrom(disk, path)) : [make('p', 'quiet', 'empty')]),
  );
  return element;
}

/** @param {Disk} disk @param {string} bayPath */
function diskFrom(disk, bayPath) {
  const { path, state, text, safeToPull, safeToWipe, warning, verdict = null } = disk;
  const element = make('div', `bay-disk ${state}`);
  const word = safeToWipe ? '✓ safe to wipe' : safeToPull ? '✓ safe to pull' : state === 'failed' ? '▲ failed' : state;
  const words = make('p', 'bay-text', path === bayPath ? text : `${path.split('/').at(-1)}: ${text}`);
  element.append(make('span', safeToPull ? 'bay-word good' : 'bay-word', word), words);
  if (verdict !== null) element.append(make('p', 'bay-text', `drive: ${verdict}`));
  const hardware = hardwareOf(disk);
  if (hardware) element.append(make('p', 'quiet', hardware));
  if (disk.health?.verdict === 'failing') element.append(make('p', 'bay-text bad', `▲ ${disk.health.text}`));
  if (warning) element.append(make('p', 'bay-text bad', `▲ ${warning}`));
  return element;
}

/** @param {Disk} disk */
function hardwareOf({ device, model, serial, lastVehicleIds = [], health }) {
  if (!device) return '';
  const last = lastVehicleIds.length > 0 ? [`last of ${lastVehicleIds.join(', ')}`] : [];
  const how = health && health.verdict !== 'failing' ? [health.text] : [];
  return [`disk ${serial ?? 'without a serial'}`, ...(model ? [model] : []), ...last, ...how].join(', ');
}

/** @param {string} tag @param {string} className @param {string} text */
function make(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
