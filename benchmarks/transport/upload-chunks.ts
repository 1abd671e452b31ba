/** `upload-chunks.ts ENDPOINT FOLDER`: creates an object of each file, four at once, and prints how long that took. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mapOrdered } from '@pitlane/base/flow';
import { crc32cText } from '../../test/support/memory-object-store.ts';
import { openStore } from '../link/opened.ts';

const UPLOADS_AT_ONCE = 4;
const [, , endpoint = '', folder = ''] = process.argv;
const store = openStore(endpoint);
const files = readdirSync(folder).map((name) => {
  const file = join(folder, name);
  return { name: `${process.pid}/${name}`, file, crc32c: crc32cText(readFileSync(file)), bytes: statSync(file).size };
});
let bytes = 0;
const startedAt = performance.now();
for await (const done of mapOrdered(files, UPLOADS_AT_ONCE, ({ name, file, crc32c }) =>
  store.put(name, { file }, { crc32c }),
)) {
  bytes += done.bytes;
}
process.stdout.write(`${JSON.stringify({ ms: performance.now() - startedAt, bytes })}\n`);
