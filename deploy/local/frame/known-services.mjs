/** Finds the services: each is a folder beside the frame with `service.mjs`, `provision.sh` and `start.sh`. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const local = fileURLToPath(new URL('..', import.meta.url));

/** Where services are installed: the scripts and this frame agree on it through one variable. */
export const servicesFolder = path.resolve(process.env.PITLANE_SERVICES_DIR || path.join(local, '../../.services'));

/** The names of all services, in the order of the alphabet. */
export async function knownServices() {
  const entries = await readdir(local, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(path.join(local, entry.name, 'service.mjs')))
    .map(({ name }) => name)
    .toSorted();
}

/** The services of these names, or all of them for none: what they declare, and the folder of their scripts. */
export async function servicesNamed(names) {
  const known = await knownServices();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const message = `there is no service ${unknown.join(', ')}: choose from ${known.join(', ')}`;
    throw Object.assign(new Error(message), { usage: true });
  }
  const wanted = names.length === 0 ? known : [...new Set(names)];
  return Promise.all(
    wanted.map(async (name) => {
      const folder = path.join(local, name);
      const declared = await import(pathToFileURL(path.join(folder, 'service.mjs')).href);
      return { ...declared.default, folder };
    }),
  );
}
