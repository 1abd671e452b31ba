/** The mappings of vehicle types, as they lie in a folder with their DBC files. They are read anew for each batch of chunks: what is mended counts at once. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { MAPPING_BYTES_MAX, mappingFromText, type SignalMapping } from '@pitlane/contracts/signals';
import type { HomeLayout } from './home-layout.ts';

export interface FoundMappings {
  /** In order of their names. */
  readonly mappings: readonly SignalMapping[];
  /** One line for each file that is no mapping; the others hold all the same. */
  readonly faults: readonly string[];
}

/** More files than this are no folder of mappings. */
const MAPPINGS_MAX = 1000;
const DBC_BYTES_MAX = 16 * 1024 * 1024;

/** Never rejects: a folder that is not there has none. */
export async function readMappings(folder: string): Promise<FoundMappings> {
  const names = await readdir(folder).catch(() => []);
  const mappings: SignalMapping[] = [];
  const faults: string[] = [];
  const files = names.filter((name) => name.endsWith('.json')).sort();
  for (const name of files.slice(0, MAPPINGS_MAX)) {
    try {
      const text = textOf(join(folder, name), MAPPING_BYTES_MAX);
      mappings.push(mappingFromText(text, join(folder, name), (dbc) => dbcBeside(folder, dbc)));
    } catch (error) {
      faults.push(messageOf(error).replaceAll(/\s*\n\s*/g, '; '));
    }
  }
  return { mappings, faults };
}

function dbcBeside(folder: string, name: string): string {
  // Only what the folder lists: a name is no path.
  if (!readdirSync(folder).includes(name)) throw new PitlaneError('not-found', 'there is none beside the mapping');
  return textOf(join(folder, name), DBC_BYTES_MAX, 'latin1');
}

function textOf(file: string, bytesMax: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const { size } = statSync(file);
  if (size > bytesMax)
    throw new PitlaneError('limit-exceeded', `${file} has ${size} bytes: at most ${bytesMax} are read`);
  return readFileSync(file, encoding);
}

/** Where the mappings lie. */
export const mappingsFolder = (settings: { readonly mappings: string }, layout: HomeLayout): string =>
  settings.mappings === '' ? layout.mappings : settings.mappings;
