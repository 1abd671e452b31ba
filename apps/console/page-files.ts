/** The built pages, read once at start: what each file is called on the wire, what it is, and the tag that says whether it changed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PitlaneError } from '@pitlane/base/errors';

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  /** The builder puts a digest of the content into the name: such a file never changes. */
  readonly isNamedByContent: boolean;
}

export interface PageFiles {
  readonly document: PageFile;
  /** What the document and its scripts load, under `/console/`. */
  readonly files: readonly PageFile[];
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

export async function readPageFiles(folder: URL = findPages()): Promise<PageFiles> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const root = fileURLToPath(folder);
  const files: PageFile[] = [];
  for (const entry of names.filter((name) => name.isFile())) {
    const place = `${entry.parentPath}/${entry.name}`;
    const name = place.slice(root.length).replace(/^\/+/, '');
    files.push(pageFile(name, await readFile(place)));
  }
  const document = files.find(({ path }) => path === '/console/index.html');
  if (!document) throw missing(root);
  return { document, files: files.filter((file) => file !== document) };
}

/** The build puts them beside `dist`. */
function findPages(): URL {
  const places = ['./dist-web/', '../dist-web/'].map((place) => new URL(place, import.meta.url));
  const folder = places.find((place) => existsSync(new URL('index.html', place)));
  if (folder) return folder;
  throw missing(places.map((place) => fileURLToPath(place)).join(' and '));
}

const missing = (places: string): PitlaneError =>
  new PitlaneError(
    'not-found',
    `the built pages are missing in ${places}: run npm run build, or install Pitlane again`,
  );

function pageFile(name: string, body: Buffer): PageFile {
  const contentType = CONTENT_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  // Weak, since the plain and the gzipped body share it.
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return {
    path: `/console/${name}`,
    contentType,
    body,
    gzipped: gzipSync(body),
    etag,
    isNamedByContent: name.startsWith('assets/'),
  };
}
