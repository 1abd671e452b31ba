/** The board before there is anything on it: how a bay is named, and how a folder is docked by hand. */
const EXAMPLE = '{ "bays": [{ "id": "bay-1", "path": "/media/bay-1", "vehicle": "car-47" }] }';

export const NoPlaces = () => (
  <div class="no-places">
    <p class="no-places-word">Nothing is docked</p>
    <p>
      Name the bays in <code>pitlane.config.json</code>, and each has a tile here, with a disk in it or without:
    </p>
    <pre>{EXAMPLE}</pre>
    <p>
      Or dock a folder by hand: <code>npx pitlane ingest PATH</code>
    </p>
  </div>
);
