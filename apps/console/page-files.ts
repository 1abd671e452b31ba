/** The page's files, read once at start: what each is called on the wire, what it is, and the tag that says whether it changed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PitlaneError } from '@pitlane/base/errors';

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

/** A line about the node in the page's header, such as `Store` and where it is. */
export interface NodeFact {
  readonly label: string;
  readonly value: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const ASSETS = [
  'style.css',
  'lists.css',
  'icon.svg',
  'console.js',
  'node.js',
  'drives.js',
  'docks.js',
  'bays.js',
  'verdict.js',
  'states.js',
  'figures.js',
];

export async function readPageFiles(facts: readonly NodeFact[]): Promise<PageFile[]> {
  const folder = findPublicFolder();
  const page = await readFile(new URL('page.html', folder), 'utf8');
  const withFacts = page.replace('<!-- facts -->', () => facts.map(htmlFromFact).join('\n'));
  const assets = ASSETS.map(async (name) => pageFile(`/console/${name}`, name, await readFile(new URL(name, folder))));
  return [pageFile('/', 'page.html', Buffer.from(withFacts)), ...(await Promise.all(assets))];
}

/** The build copies no page files, so the built program finds them one folder up. */
function findPublicFolder(): URL {
  const places = ['./public/', '../public/'].map((place) => new URL(place, import.meta.url));
  const folder = places.find((place) => existsSync(new URL('page.html', place)));
  if (folder) return folder;
  const looked = places.map((place) => fileURLToPath(place)).join(' and ');
  throw new PitlaneError('not-found', `the console's page files are missing in ${looked}; install Pitlane again`);
}

function pageFile(path: string, name: string, body: Buffer): PageFile {
  const contentType = CONTENT_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  // Weak, since the plain and the gzipped body share it.
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { path, contentType, body, gzipped: gzipSync(body), etag };
}

function htmlFromFact({ label, value }: NodeFact): string {
  const [name, text] = [htmlFromText(label), htmlFromText(value)];
  return `<div><dt>${name}</dt><dd title="${text}">${text}</dd></div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function htmlFromText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
