/** The MCAP objects that a home's embedded store holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export function landedObjects(home: string): string[] {
  return readdirSync(join(home, 'objects', 'v1'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.mcap'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
