/**
 * The object store on Google Cloud Storage: one bucket, whole objects, each created in one request that the store checks
 * by CRC-32C and takes only if the name is free. Landing writes here and everything after reads. It never retries by
 * itself (the port's wrapper does), never resumes an upload, and never takes a key from a setting: credentials are the
 * machine's own (Workload Identity, or what GOOGLE_APPLICATION_CREDENTIALS names).
 */
import { type Bucket, type File, Storage } from '@google-cloud/storage';
import { PitlaneError } from '@pitlane/base/errors';
import type { ObjectInfo, ObjectStore, ObjectStoreTraits, PutOptions, PutSource } from '@pitlane/ports/object-store';
import { openContent, refuseAborted } from './content.ts';
import { Exchange } from './exchange.ts';
import { errorFromGcs, isAbsent, isStatus } from './gcs-errors.ts';
import { assertName } from './object-name.ts';
import { type GcsResource, infoFromResource } from './object-resource.ts';
import { readObject } from './read-object.ts';
import { refusedContent } from './refused-content.ts';
import { uploadObject } from './upload-object.ts';

export { type GcsLinkOptions, openGcsLinks } from './links.ts';

const GOOGLE_ENDPOINT = 'https://storage.googleapis.com';
/** Objects belong to a bucket and need none; without one the client runs `gcloud` and asks about for it, for seconds. */
const NO_PROJECT = 'none';
const LIST_FIELDS = 'items(name,generation,size,crc32c,metadata),nextPageToken';
const METADATA_MAX_BYTES = 8 * 1024;

export interface GcsStoreOptions {
  readonly bucket: string;
  /** Another address of the store; over plain http, as a stand-in has it, no credentials are sent. */
  readonly endpoint?: string;
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`: the customer's own key; else the bucket's default. */
  readonly kmsKeyName?: string;
  /** `STANDARD`, `NEARLINE` and so on; else the bucket's default. */
  readonly storageClass?: string;
  readonly parallelPutsMax?: number;
  /** How many objects a page of a listing holds; the store allows 1000. */
  readonly listPageItems?: number;
  /** A request on which nothing moves for so long is given up. */
  readonly stallMs?: number;
}

export function openGcsStore(options: GcsStoreOptions): ObjectStore {
  const endpoint = (options.endpoint ?? GOOGLE_ENDPOINT).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/?#@]+$/.test(endpoint)) {
    const told = `the object store's endpoint "${endpoint}" is no address: write one like ${GOOGLE_ENDPOINT}`;
    throw new PitlaneError('bad-settings', told);
  }
  const stallMs = options.stallMs ?? 60_000;
  const storage = new Storage({
    projectId: NO_PROJECT,
    apiEndpoint: endpoint,
    useAuthWithCustomEndpoint: endpoint.startsWith('https:'),
    retryOptions: { autoRetry: false },
    timeout: stallMs,
  });
  // The client lets a variable of the environment redirect its reads, while writes would go on to the store.
  if (storage.baseUrl !== `${endpoint}/storage/v1`) {
    const told = `STORAGE_EMULATOR_HOST points reads away from ${endpoint}: unset it`;
    throw new PitlaneError('bad-settings', told);
  }
  const isSecure = endpoint.startsWith('https:');
  // A stand-in must not see who we are.
  const credentials = async () => (isSecure ? { ...(await storage.authClient.getRequestHeaders(endpoint)) } : {});
  return new GcsStore(storage.bucket(options.bucket), new Exchange({ endpoint, credentials, stallMs }), options);
}

class GcsStore implements ObjectStore {
  readonly traits: ObjectStoreTraits;
  readonly #bucket: Bucket;
  readonly #exchange: Exchange;
  readonly #options: GcsStoreOptions;

  constructor(bucket: Bucket, exchange: Exchange, options: GcsStoreOptions) {
    this.#bucket = bucket;
    this.#exchange = exchange;
    this.#options = options;
    this.traits = { storeName: `gs://${options.bucket}`, parallelPutsMax: options.parallelPutsMax ?? 8 };
  }

  async put(name: string, source: PutSource, options: PutOptions): Promise<ObjectInfo> {
    assertName(name);
    assertPut(name, options);
    const doing = `writing object ${name} to ${this.traits.storeName}`;
    try {
      refuseAborted(options.signal);
      await using content = await openContent(source);
      const resource = await uploadObject(this.#exchange, content, {
        bucket: this.#options.bucket,
        name,
        crc32c: options.crc32c,
        metadata: options.metadata,
        contentType: options.contentType,
        kmsKeyName: this.#options.kmsKeyName,
        storageClass: this.#options.storageClass,
        signal: options.signal,
      });
      const info = infoFromResource(resource);
      if (info.crc32c !== options.crc32c || info.bytes !== content.bytes) throw landedOtherwise(info, options, content);
      return info;
    } catch (error) {
      if (isStatus(error, 400)) throw await refusedContent(name, source, options, error);
      throw errorFromGcs(error, doing, options.signal);
    }
  }

  async stat(name: string): Promise<ObjectInfo | undefined> {
    const file = this.#file(name);
    try {
      const [resource] = await file.getMetadata();
      return infoFromResource(resource as GcsResource);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw errorFromGcs(error, `looking at object ${name} in ${this.traits.storeName}`);
    }
  }

  async read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array> {
    assertName(name);
    if (range && !(Number.isSafeInteger(range.start) && range.start >= 0 && range.end >= range.start)) {
      throw new PitlaneError('bad-usage', `range [${range.start}, ${range.end}) of ${name} is none: start ≤ end`);
    }
    if (range && range.end === range.start) {
      // No request can ask for no bytes; whether there is an object is still owed.
      if ((await this.stat(name)) === undefined) throw noObject(name);
      return new Uint8Array(0);
    }
    try {
      return await readObject(this.#exchange, { bucket: this.#options.bucket, name, range });
    } catch (error) {
      if (isStatus(error, 416)) return new Uint8Array(0); // the range begins behind the object's end
      if (isAbsent(error)) throw noObject(name);
      throw errorFromGcs(error, `reading object ${name} from ${this.traits.storeName}`);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const page = { prefix, autoPaginate: false, maxResults: this.#options.listPageItems ?? 1000, fields: LIST_FIELDS };
    for (let pageToken: string | undefined; ; ) {
      const { items, next } = await this.#page({ ...page, ...(pageToken !== undefined && { pageToken }) });
      for (const item of items) yield infoFromResource(item);
      if (next === undefined) return;
      pageToken = next;
    }
  }

  async remove(name: string): Promise<void> {
    const found = await this.stat(name);
    if (found === undefined) return;
    try {
      // What was looked at is what goes: never an object that came in its place since.
      await this.#file(name).delete({ ifGenerationMatch: found.generation });
    } catch (error) {
      if (isAbsent(error)) return;
      throw errorFromGcs(error, `removing object ${name} from ${this.traits.storeName}`);
    }
  }

  #file(name: string): File {
    assertName(name);
    return this.#bucket.file(name);
  }

  async #page(query: Record<string, unknown>): Promise<{ items: GcsResource[]; next: string | undefined }> {
    try {
      const [items, nextQuery] = await this.#bucket.getFiles(query);
      const next = (nextQuery as { pageToken?: string } | null)?.pageToken;
      // With `fields` the client hands out what the store said, as it is.
      return { items: items as unknown as GcsResource[], next };
    } catch (error) {
      throw errorFromGcs(error, `listing ${this.traits.storeName} under "${String(query['prefix'])}"`);
    }
  }
}

function assertPut(name: string, { crc32c, metadata = {} }: PutOptions): void {
  if (Buffer.byteLength(JSON.stringify(metadata)) > METADATA_MAX_BYTES) {
    throw new PitlaneError('limit-exceeded', `metadata of ${name} is over ${METADATA_MAX_BYTES} bytes: say less`);
  }
  if (!/^[0-9a-f]{8}$/.test(crc32c)) {
    throw new PitlaneError('bad-usage', `CRC-32C of ${name} is not 8 lower-case hex digits: "${crc32c}"`);
  }
}

function landedOtherwise(info: ObjectInfo, { crc32c }: PutOptions, { bytes }: { bytes: number }): PitlaneError {
  const told =
    `object ${info.name} was sent as ${bytes} bytes with CRC-32C ${crc32c}, and the store says ${info.bytes} bytes ` +
    `with ${info.crc32c}: verify it before anything relies on it`;
  return new PitlaneError('checksum-mismatch', told, { details: { declared: crc32c, found: info.crc32c } });
}

function noObject(name: string): PitlaneError {
  return new PitlaneError(
    'not-found',
    `there is no object ${name} in the store: "pitlane verify" tells what else is missing`,
  );
}
