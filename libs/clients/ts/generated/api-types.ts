/**
 * The API as its document has it, in the shape that openapi-fetch takes. Made by `npm run api-types`; nobody writes it by hand.
 */
/* oxlint-disable max-lines */

export interface paths {
  '/healthz': {
    /** The process answers */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              status: 'ok';
              version: string;
              pid: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/metrics': {
    /** Counters for Prometheus */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'text/plain': string;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/readyz': {
    /** The node can do its work */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              status: 'ready';
            };
          };
        };
        503: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              status: 'not ready';
              reason: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/catalog': {
    /** Which catalog this is, and what is wrong with it: it is empty beside a full store */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              schemaVersion: number;
              fault: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/catalog/schema': {
    /** The views of the catalog with their columns, types as its engine calls them */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** whose SQL is spoken */
              engine: 'duckdb' | 'bigquery';
              views: {
                name: string;
                about: string;
                columns: {
                  name: string;
                  type: string;
                  about: string;
                }[];
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/chunks': {
    /** Chunks that are indexed and count */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          kind?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              chunks: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the chunk (text) */
                chunkId: string | null;
                /** log, extras, opaque or unread (text) */
                kind: string | null;
                /** the topic that travels alone, or empty for the shared group (text) */
                topicGroup: string | null;
                /** start of the 60 s window, ns since 1970; NULL without log time (decimal nanoseconds as text) */
                windowTime: string | null;
                /** number within window and group, from 0 (whole number) */
                part: number | string | null;
                /** topics inside, sorted (list of text) */
                topics: string[] | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
                /** messages inside (whole number) */
                messages: number | string | null;
                /** message records before compression (whole number) */
                bytesRaw: number | string | null;
                /** size of the object, from the store (whole number) */
                bytesStored: number | string | null;
                /** name of the object in the store (URL) */
                object: string | null;
                /** generation of the object, from the store (text) */
                generation: string | null;
                /** CRC-32C of the object, from the store, hex (text) */
                crc32c: string | null;
                /** SHA-256 of the object, from the garage (text) */
                sha256: string | null;
                /** indexed (text) */
                state: string | null;
                /** active recordings whose messages these are, sorted (list of text) */
                recordingIds: string[] | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/chunks/{chunkId}': {
    /** A chunk with its object, its bytes in the recordings it comes from, and what vouches for it */
    get: {
      parameters: {
        query?: {
          /** its drive: the answer is quicker in a large catalog */
          drive?: string;
          /** whose; without it, of the only tenant that has it */
          tenant?: string;
        };
        path: {
          chunkId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** whose data (text) */
              tenant: string | null;
              /** the drive (text) */
              driveId: string | null;
              /** the vehicle (text) */
              vehicleId: string | null;
              /** the chunk (text) */
              chunkId: string | null;
              /** log, extras, opaque or unread (text) */
              kind: string | null;
              /** the topic that travels alone, or empty for the shared group (text) */
              topicGroup: string | null;
              /** start of the 60 s window, ns since 1970; NULL without log time (decimal nanoseconds as text) */
              windowTime: string | null;
              /** number within window and group, from 0 (whole number) */
              part: number | string | null;
              /** topics inside, sorted (list of text) */
              topics: string[] | null;
              /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
              startTime: string | null;
              /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
              endTime: string | null;
              /** messages inside (whole number) */
              messages: number | string | null;
              /** message records before compression (whole number) */
              bytesRaw: number | string | null;
              /** size of the object, from the store (whole number) */
              bytesStored: number | string | null;
              /** name of the object in the store (URL) */
              object: string | null;
              /** generation of the object, from the store (text) */
              generation: string | null;
              /** CRC-32C of the object, from the store, hex (text) */
              crc32c: string | null;
              /** SHA-256 of the object, from the garage (text) */
              sha256: string | null;
              /** indexed (text) */
              state: string | null;
              /** active recordings whose messages these are, sorted (list of text) */
              recordingIds: string[] | null;
              /** name of the object in the store */
              objectName: string;
              /** the store: `file`, or `gs://bucket` */
              bucket: string;
              /** where its frames lay, from the first to the last; null where it did not come by frames */
              kafka: {
                topic: string;
                partition: number;
                offset: string;
                lastOffset: string;
              } | null;
              sources: {
                recordingId: string;
                path: string | null;
                startOffset: number;
                /** end of the range of the recording that holds it */
                endOffset: number;
              }[];
              channels: {
                topic: string;
                messages: number;
                bytes: number;
                startTime: string | null;
                endTime: string | null;
              }[];
              /** receipts of its recordings, newest first */
              receiptIds: string[];
              /** where its bytes are, as a path */
              dataUrl: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/chunks/{chunkId}/data': {
    /** The bytes of a chunk as they lie in the store: one MCAP file, any range of it */
    get: {
      parameters: {
        query?: {
          generation?: string;
          expires?: string;
          signature?: string;
        };
        path: {
          chunkId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/octet-stream': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** The bytes of a chunk as they lie in the store: one MCAP file, any range of it */
    head: {
      parameters: {
        query?: {
          generation?: string;
          expires?: string;
          signature?: string;
        };
        path: {
          chunkId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/octet-stream': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/chunks/{chunkId}/url': {
    /** A link that opens a chunk for a while without a token: straight to the bucket where it signs links */
    get: {
      parameters: {
        query?: {
          /** seconds */
          expiresIn?: number;
        };
        path: {
          chunkId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              url: string;
              via: 'bucket' | 'api';
              /** decimal nanoseconds since 1970 */
              expiresTime: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/chunks/{chunkId}/verify': {
    /** Reads the object of a chunk whole and compares it with what catalog and store say of it */
    post: {
      parameters: {
        query?: {
          /** its drive: the answer is quicker in a large catalog */
          drive?: string;
          /** whose; without it, of the only tenant that has it */
          tenant?: string;
        };
        path: {
          chunkId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              ok: boolean;
              faults: string[];
              /** decimal nanoseconds as text */
              checkedAt: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/clocks': {
    /** What is known of the clock of each recording: by how much its log times differ from UTC, and since when */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              clocks: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** SHA-256 of the recording's bytes, or of the list of its parts (text) */
                recordingId: string | null;
                /** number in the recording, from 0 in the order of the file; topics come behind (whole number) */
                segment: number | string | null;
                /** NULL for a segment; else the topic whose stamps are compared with log time (text) */
                topic: string | null;
                /** first log time of the segment; NULL for a topic, or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** last log time of the segment; likewise (decimal nanoseconds as text) */
                endTime: string | null;
                /** first byte of the segment in the recording: after a step back log times come twice (whole number) */
                sourceStart: number | string | null;
                /** end of these bytes (whole number) */
                sourceEnd: number | string | null;
                /** by how much log time jumped at its beginning; NULL for the first (decimal nanoseconds as text) */
                stepNs: string | null;
                /** to add to start_ns for UTC; NULL if unknown. Of a topic: stamp less log time, put right by the overlay (decimal nanoseconds as text) */
                offsetNs: string | null;
                /** by how much the offset grows, microseconds a second of log time (number, or NaN and the infinities as text) */
                driftPpm: number | string | null;
                /** median distance of the measurements from that (decimal nanoseconds as text) */
                residualNs: string | null;
                /** measurements (whole number) */
                pairs: number | string | null;
                /** gnss, reference, fix, header, publish, step, docking, log or none: what it rests on (text) */
                source: string | null;
                /** good, rough, bound (no later than that), unchecked or unknown (text) */
                quality: string | null;
                /** whether chunks_on_utc adds it: not where the log is right to the second (true or false) */
                applied: boolean | null;
                /** a sentence for people (text) */
                text: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/corrections': {
    /** What was wrong about drives and was put right, by whom and why */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              corrections: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the correction (text) */
                correctionId: string | null;
                /** the vehicle as it was recorded, under which the objects lie (text) */
                recordedVehicleId: string | null;
                /** the vehicle from then on; NULL where it was right (text) */
                correctedVehicleId: string | null;
                /** JSON object of all labels from then on; NULL where they were right (JSON object) */
                correctedLabels: Record<string, unknown> | null;
                /** why (text) */
                reason: string | null;
                /** who (text) */
                author: string | null;
                /** when (decimal nanoseconds as text) */
                correctedAt: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/coverage': {
    /** Runs of each topic, by state */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          state?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              coverage: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the topic (text) */
                topic: string | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
                /** on-car (a filter keeps it on the disk), on-dock, in-flight, indexed or lost (text) */
                state: string | null;
                /** why it is lost, or not off the car; NULL otherwise (text) */
                reason: string | null;
                /** messages in the run; NULL if unknown (whole number) */
                messages: number | string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/coverage/days': {
    /** Coverage of a fleet day by day: how long each topic of a vehicle is in each state */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          vehicle?: string;
          topic?: string;
          state?: string;
          /** a log time of the first or last day: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** a log time of the first or last day: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              days: {
                /** whose data (text) */
                tenant: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the topic (text) */
                topic: string | null;
                /** the day on which the runs began; NULL if unknown (yyyy-mm-dd) */
                day: string | null;
                /** on-car, on-dock, in-flight, indexed or lost (text) */
                state: string | null;
                /** why it is lost, or not off the car; NULL otherwise (text) */
                reason: string | null;
                /** drives with such a run (whole number) */
                drives: number | string | null;
                /** runs (whole number) */
                runs: number | string | null;
                /** how long they are together (number, or NaN and the infinities as text) */
                seconds: number | string | null;
                /** messages in them; NULL if unknown (whole number) */
                messages: number | string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/datasets': {
    /** Frozen datasets, and how far each is built; with a drive, those that hold anything of it */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          name?: string;
          snapshot?: string;
          drive?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              datasets: {
                /** whose data (text) */
                tenant: string | null;
                /** SHA-256 of the snapshot (text) */
                snapshotId: string | null;
                /** what its maker called it (text) */
                name: string | null;
                /** when it was first frozen (RFC 3339) */
                createdAt: string | null;
                /** the snapshot in the store (URL) */
                object: string | null;
                /** the selection that it was made of (text) */
                sql: string | null;
                /** JSON of the sampling plan (text) */
                plan: string | null;
                /** JSON of how drives or places are split (text) */
                splitRule: string | null;
                /** version of what takes files out of messages (whole number) */
                extractorVersion: number | string | null;
                /** drives that were selected (whole number) */
                drives: number | string | null;
                /** samples (whole number) */
                samples: number | string | null;
                /** shards that it has when it is built (whole number) */
                shards: number | string | null;
                /** shards that are built (whole number) */
                shardsBuilt: number | string | null;
                /** size of the built shards; NULL without one (whole number) */
                bytesStored: number | string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/datasets/{dataset}': {
    /** Which dataset an id, the beginning of one, or a name means: of several of one name the newest */
    get: {
      parameters: {
        query?: {
          tenant?: string;
        };
        path: {
          dataset: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              tenant: string;
              snapshotId: string;
              name: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/datasets/{dataset}/lineage': {
    /** The drives behind a dataset, with how much of each is in it */
    get: {
      parameters: {
        query?: {
          /** only this tenant; all of them without */
          tenant?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path: {
          dataset: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              tenant: string;
              snapshotId: string;
              name: string;
              drives: {
                driveId: string;
                vehicleId: string;
                split: string;
                chunks: number;
                topics: number;
                shards: number;
                samples: number;
                /** each counted in every sample that has it */
                messages: number;
                startTime: string | null;
                endTime: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/datasets/{snapshotId}/files/{file}': {
    /** A file of a built dataset, any range of it: shards.ndjson, then train-000000.tar and its index .json */
    get: {
      parameters: {
        query?: {
          tenant?: string;
        };
        path: {
          snapshotId: string;
          file: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-tar': Blob;
            'application/json': Blob;
            'application/x-ndjson': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** A file of a built dataset, any range of it: shards.ndjson, then train-000000.tar and its index .json */
    head: {
      parameters: {
        query?: {
          tenant?: string;
        };
        path: {
          snapshotId: string;
          file: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-tar': Blob;
            'application/json': Blob;
            'application/x-ndjson': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/deadletters': {
    /** The newest that was set aside, oldest first */
    get: {
      parameters: {
        query?: {
          limit?: number;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              deadletters: {
                id: string;
                chunkId: string | null;
                reason: string;
                isResent: boolean;
                landedSince: boolean;
                /** milliseconds since 1970 */
                setAsideAtMs: number;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/deadletters/replay': {
    /** Asks the garages for the chunks again */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            ids: string[];
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              asked: string[];
              unknown: string[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/derivations': {
    /** What was read out of each chunk: by whom, by which plan, and what could not be read */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          deriver?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              derivations: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the chunk (text) */
                chunkId: string | null;
                /** who derived: signals, … (text) */
                deriver: string | null;
                /** names the plan by which it was done (text) */
                version: string | null;
                /** name of the side object in the store; NULL where nothing was found (URL) */
                object: string | null;
                /** messages that were decoded (whole number) */
                messages: number | string | null;
                /** messages that could not be decoded (whole number) */
                undecoded: number | string | null;
                /** what was wrong, a sentence each (list of text) */
                faults: string[] | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/drives': {
    /** Drives, from the moment they are docked */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          state?: string;
          garage?: string;
          /** whether bytes of it could not be read, or stay in the garage */
          hasLoss?: 'true' | 'false';
          /** a part of its id, of its vehicle or of a path, or the beginning of the id of a recording */
          q?: string;
          /** newest first by that; without it, by tenant and id */
          order?: 'start' | 'docked';
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              drives: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** docked, staged, chunked, shipped, landed, indexed, receipted or retired (text) */
                state: string | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
                /** good, corrected (the view clocks says by how much times are wrong), docking (only the docking bounds them), unknown, beyond-2^63 (some times do not fit) or none (no message has a time) (text) */
                timeQuality: string | null;
                /** the drive's day where its clock is believed: it lies in 2000-01-01 to docked_at + 1 day, and no other clock says that it is wrong by more than a day; else the docking day (yyyy-mm-dd) */
                partitionDay: string | null;
                /** first docking, by the garage's clock (decimal nanoseconds as text) */
                dockedAt: string | null;
                /** where it was docked, sorted (list of text) */
                garages: string[] | null;
                /** the label software; NULL without (text) */
                labelSoftware: string | null;
                /** the label map; NULL without (text) */
                labelMap: string | null;
                /** the label calibration; NULL without (text) */
                labelCalibration: string | null;
                /** JSON object of all labels: those in pitlane.drive.json, or as they were corrected (JSON object) */
                labels: Record<string, unknown> | null;
                /** recordings, superseded copies not counted (whole number) */
                recordings: number | string | null;
                /** indexed chunks (whole number) */
                chunks: number | string | null;
                /** messages in indexed chunks of kind log (whole number) */
                messages: number | string | null;
                /** bytes of the recordings (whole number) */
                bytesIn: number | string | null;
                /** stored bytes of the indexed chunks (whole number) */
                bytesLanded: number | string | null;
                /** bytes of the recordings that could not be read (kept, unparsed) (whole number) */
                bytesLost: number | string | null;
                /** the newest receipt; NULL without one (text) */
                receiptId: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/drives/{driveId}': {
    /** A drive: its row, how far its recordings are, what receipts cover, and its previews */
    get: {
      parameters: {
        query?: {
          /** whose; without it, of the only tenant that has it */
          tenant?: string;
        };
        path: {
          driveId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** whose data (text) */
              tenant: string | null;
              /** the drive (text) */
              driveId: string | null;
              /** the vehicle (text) */
              vehicleId: string | null;
              /** docked, staged, chunked, shipped, landed, indexed, receipted or retired (text) */
              state: string | null;
              /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
              startTime: string | null;
              /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
              endTime: string | null;
              /** good, corrected (the view clocks says by how much times are wrong), docking (only the docking bounds them), unknown, beyond-2^63 (some times do not fit) or none (no message has a time) (text) */
              timeQuality: string | null;
              /** the drive's day where its clock is believed: it lies in 2000-01-01 to docked_at + 1 day, and no other clock says that it is wrong by more than a day; else the docking day (yyyy-mm-dd) */
              partitionDay: string | null;
              /** first docking, by the garage's clock (decimal nanoseconds as text) */
              dockedAt: string | null;
              /** where it was docked, sorted (list of text) */
              garages: string[] | null;
              /** the label software; NULL without (text) */
              labelSoftware: string | null;
              /** the label map; NULL without (text) */
              labelMap: string | null;
              /** the label calibration; NULL without (text) */
              labelCalibration: string | null;
              /** JSON object of all labels: those in pitlane.drive.json, or as they were corrected (JSON object) */
              labels: Record<string, unknown> | null;
              /** recordings, superseded copies not counted (whole number) */
              recordings: number | string | null;
              /** indexed chunks (whole number) */
              chunks: number | string | null;
              /** messages in indexed chunks of kind log (whole number) */
              messages: number | string | null;
              /** bytes of the recordings (whole number) */
              bytesIn: number | string | null;
              /** stored bytes of the indexed chunks (whole number) */
              bytesLanded: number | string | null;
              /** bytes of the recordings that could not be read (kept, unparsed) (whole number) */
              bytesLost: number | string | null;
              /** the newest receipt; NULL without one (text) */
              receiptId: string | null;
              /** copies that another recording holds whole */
              supersededRecordings: number;
              /** recordings that count, by state */
              recordingStates: Record<string, number>;
              /** how many recordings stand in receipts */
              receiptState: 'none' | 'partial' | 'whole';
              /** those that stand for it, newest first */
              receiptIds: string[];
              recordingsWithoutReceipt: number;
              verdict: {
                summary: string;
                judgedFrom: string;
                vehicleType: string | null;
                findings: number;
              } | null;
              previewTopics: string[];
              previews: {
                previewId: string;
                path: string;
                topics: string[];
                startTime: string | null;
                endTime: string | null;
                frames: number;
                bytesStored: number;
                dataUrl: string;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Puts a wrong vehicle or wrong labels of a drive right, in all views; no byte is sent again */
    patch: {
      parameters: {
        query?: never;
        path: {
          driveId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            tenant?: string;
            vehicleId?: string;
            labels?: Record<string, null | string>;
            reason: string;
            /** who says so */
            author: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              correctionId: string;
              driveId: string;
              tenant: string;
              vehicleId: string | null;
              labels: Record<string, string> | null;
              reason: string;
              author: string;
              isShown: boolean;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/drives/{driveId}/rates': {
    /** How many messages of each topic came when, in buckets of time */
    get: {
      parameters: {
        query?: {
          /** whose; without it, of the only tenant that has it */
          tenant?: string;
          /** globs with commas between them; all topics without */
          topics?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          buckets?: number;
        };
        path: {
          driveId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              startTime: string | null;
              endTime: string | null;
              bucketNs: string | null;
              topics: {
                topic: string;
                messages: number[];
              }[];
              /** topics with fewer messages, where none were named */
              topicsLeftOut: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/drives/{driveId}/receipt': {
    /** A drive's receipts as they lie in the store, as many as cover its recordings, and the key that checks them */
    get: {
      parameters: {
        query?: {
          tenant?: string;
        };
        path: {
          driveId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              driveId: string;
              /** of the newest */
              object: string;
              /** the newest */
              receipt: string;
              publicKeyPem: string;
              receipts: {
                object: string;
                /** as it lies in the store */
                receipt: string;
                recordings: {
                  recordingId: string;
                  path: string;
                  bytes: number;
                }[];
              }[];
              /** recordings that stand in no receipt */
              uncovered: {
                recordingId: string;
                path: string;
                bytes: number;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/drives/{driveId}/story': {
    /** A drive's story in plain sentences, oldest first */
    get: {
      parameters: {
        query?: {
          /** whose; without it, of the only tenant that has it */
          tenant?: string;
        };
        path: {
          driveId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              sentences: {
                time: string | null;
                clock: 'log' | 'wall' | null;
                /** recorded, clock, event, gap, lost, withheld, docked, verdict, finding, a state on the way, landed, derived, receipted, dataset or corrected */
                kind: string;
                text: string;
                topic: string | null;
                startTime: string | null;
                endTime: string | null;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/drives/{driveId}/track': {
    /** Where a drive went, thinned to so many points, with time and speed */
    get: {
      parameters: {
        query?: {
          /** whose; without it, of the only tenant that has it */
          tenant?: string;
          topic?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          points?: number;
        };
        path: {
          driveId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              topic: string | null;
              source: string | null;
              /** all that say it, the most trusted first */
              topics: {
                topic: string;
                source: string;
                points: number;
              }[];
              segments: {
                /** decimal nanoseconds as text */
                startTime: string;
                /** decimal nanoseconds as text */
                endTime: string;
                /** [longitude, latitude, log time as decimal nanoseconds in text, speed in m/s or null] */
                points: unknown[][];
              }[];
              /** there is more of it than one answer holds: ask for less time */
              isCut: boolean;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/events': {
    /** What happened on drives: disengagements, incidents, labels and annotations */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          kind?: string;
          source?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              events: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the event; one of its drive (text) */
                eventId: string | null;
                /** a word of the fleet's own: disengagement, incident, … (text) */
                kind: string | null;
                /** log time at which it begins, ns since 1970; NULL from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of its last moment; start_ns where it has no length (decimal nanoseconds as text) */
                endTime: string | null;
                /** for people; NULL if there is none (text) */
                note: string | null;
                /** JSON object of further labels (JSON object) */
                labels: Record<string, unknown> | null;
                /** sidecar (pitlane.drive.json), import or person (text) */
                source: string | null;
                /** who says so; NULL if nobody does (text) */
                author: string | null;
                /** when it was said (decimal nanoseconds as text) */
                notedAt: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Marks what happened on drives */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            events: {
              eventId?: string;
              driveId?: string;
              vehicleId?: string;
              tenant?: string;
              /** log time: decimal nanoseconds or RFC 3339 */
              time: string;
              /** log time: decimal nanoseconds or RFC 3339 */
              endTime?: string;
              kind: string;
              note?: string;
              labels?: Record<string, string>;
              source?: 'person' | 'import';
            }[];
            /** who says so */
            author?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              events: {
                eventId: string;
                driveId: string;
                kind: string;
                /** decimal nanoseconds since 1970 */
                startTime: string;
              }[];
              refused: {
                /** its place in what was asked */
                index: number;
                reason: string;
              }[];
              /** whether the catalog shows them already; what is taken is safe in any case */
              isShown: boolean;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/events/chunks': {
    /** The chunks around events, 30 s before to 10 s behind */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          event?: string;
          kind?: string;
          place?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              chunks: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the event; one of its drive (text) */
                eventId: string | null;
                /** a word of the fleet's own: disengagement, incident, … (text) */
                kind: string | null;
                /** the chunk (text) */
                chunkId: string | null;
                /** before, during or after: where the chunk lies to the event (text) */
                place: string | null;
                /** topics inside, sorted (list of text) */
                topics: string[] | null;
                /** log time of the first message of the chunk, ns since 1970 (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of its last message (decimal nanoseconds as text) */
                endTime: string | null;
                /** name of the object in the store (URL) */
                object: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/events/{eventId}': {
    /** Takes an event back: it is shown no longer, and what was said stays in the store */
    delete: {
      parameters: {
        query: {
          drive: string;
          tenant?: string;
          /** who says so */
          author?: string;
        };
        path: {
          eventId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              eventId: string;
              isShown: boolean;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/findings': {
    /** What the verdicts found, worst first within a drive */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          kind?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              findings: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** number within the verdict, from 0 (whole number) */
                ordinal: number | string | null;
                /** the topic, or the glob of the profile where none matches it; * for all together (text) */
                topic: string | null;
                /** missing, gap, rate, frozen, black, blank or no-fix (text) */
                kind: string | null;
                /** error or warning (text) */
                severity: string | null;
                /** log time at which it begins, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time at which it ends; likewise (decimal nanoseconds as text) */
                endTime: string | null;
                /** what is expected, in unit; NULL where nothing can be (whole number) */
                expected: number | string | null;
                /** what was seen, in unit; NULL for several together (whole number) */
                seen: number | string | null;
                /** mHz, ms or messages (text) */
                unit: string | null;
                /** 1, or how many further ones the row stands for (whole number) */
                occurrences: number | string | null;
                /** a line for the technician (text) */
                text: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/fleet/calendar': {
    /** A year of coverage, day by day: seconds in each state */
    get: {
      parameters: {
        query: {
          /** only this tenant; all of them without */
          tenant?: string;
          year: number;
          vehicle?: string;
          topic?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              days: {
                day: string;
                /** by state; those of all topics that are asked for, added up */
                seconds: Record<string, number>;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/fleet/days': {
    /** What landed of the drives that were docked on each day, by garage, oldest first */
    get: {
      parameters: {
        query?: {
          /** only this tenant; all of them without */
          tenant?: string;
          /** a time of the day: decimal nanoseconds, or RFC 3339 */
          start?: string;
          /** a time of the day: decimal nanoseconds, or RFC 3339 */
          end?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              days: {
                /** UTC day of docking, yyyy-mm-dd */
                day: string;
                garage: string | null;
                drives: number;
                chunks: number;
                bytesStored: number;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/fleet/garages': {
    /** What waits in each garage, how old it is, and how long docked to indexed takes */
    get: {
      parameters: {
        query?: {
          /** only this tenant; all of them without */
          tenant?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              garages: {
                garage: string;
                /** docked and not in the catalog yet */
                waitingRecordings: number;
                waitingBytes: number;
                oldestS: number | null;
                lagP50S: number | null;
                lagP95S: number | null;
                lagDay: string | null;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/gaps': {
    /** Where topics that come steadily were silent although their drive went on */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              gaps: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the topic; * where all of them were silent together (text) */
                topic: string | null;
                /** log time of the last message before it, ns since 1970; NULL from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the first message behind it; likewise (decimal nanoseconds as text) */
                endTime: string | null;
                /** how long it is (number, or NaN and the infinities as text) */
                seconds: number | string | null;
                /** verdict (between messages) or coverage (between chunks) (text) */
                foundBy: string | null;
                /** a sentence for people; NULL if there is none (text) */
                text: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/actions': {
    /** What people asked for and what came of it, the newest first */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              actions: {
                actionId: string;
                kind: string;
                /** waiting, done, undone or failed */
                state: string;
                bay: null | string;
                dockId: null | string;
                tenant: string;
                driveId: null | string;
                /** what was asked for beside */
                args: Record<string, unknown>;
                /** what it will do; once it is done, what it did */
                text: string;
                author: null | string;
                /** decimal nanoseconds */
                askedAt: string;
                /** decimal nanoseconds; until then it can be taken back */
                dueAt: string;
                endedAt: null | string;
                error: null | string;
              }[];
              next: null | string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Names a vehicle, marks an incident, moves, holds, releases or retires a drive, in ten seconds */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            kind: 'name-vehicle' | 'mark-incident' | 'prioritise' | 'hold' | 'release' | 'retire';
            /** what lies in it, if that is one disk */
            bay?: string;
            dockId?: string;
            driveId?: string;
            tenant?: string;
            /** of name-vehicle */
            vehicleId?: string;
            /** of prioritise: 0 first, 99 last */
            priority?: number;
            /** of prioritise: the drive before which it goes */
            before?: string;
            /** of mark-incident: log time, nanoseconds or RFC 3339 */
            time?: string;
            note?: string;
            /** who asks */
            author?: string;
            /** says what it would do, and does not */
            dryRun?: boolean;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** what it would do */
              text: string;
            };
          };
        };
        202: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              actionId: string;
              kind: string;
              /** waiting, done, undone or failed */
              state: string;
              bay: null | string;
              dockId: null | string;
              tenant: string;
              driveId: null | string;
              /** what was asked for beside */
              args: Record<string, unknown>;
              /** what it will do; once it is done, what it did */
              text: string;
              author: null | string;
              /** decimal nanoseconds */
              askedAt: string;
              /** decimal nanoseconds; until then it can be taken back */
              dueAt: string;
              endedAt: null | string;
              error: null | string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/actions/{actionId}': {
    /** Takes an action back before it is due */
    delete: {
      parameters: {
        query?: never;
        path: {
          actionId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              actionId: string;
              kind: string;
              /** waiting, done, undone or failed */
              state: string;
              bay: null | string;
              dockId: null | string;
              tenant: string;
              driveId: null | string;
              /** what was asked for beside */
              args: Record<string, unknown>;
              /** what it will do; once it is done, what it did */
              text: string;
              author: null | string;
              /** decimal nanoseconds */
              askedAt: string;
              /** decimal nanoseconds; until then it can be taken back */
              dueAt: string;
              endedAt: null | string;
              error: null | string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/backlog': {
    /** What is yet to be sent, how fast it goes, when it is through, and whether the cloud answers */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** bytes that are yet to be cut, and of chunks that are not in the store */
              backlogBytes: number;
              /** chunks that are not in the store */
              chunks: number;
              /** bytes that were cut in a second, over the last minute */
              bytesPerSecond: number;
              /** bytes of chunks that were sent in a second, over the last minute */
              linkBytesPerS: number;
              capBytesPerS: null | number;
              clearsInSeconds: null | number;
              clearsAt: null | string;
              isCloudAway: boolean;
              cloudAwaySince: null | string;
              /** how long the oldest has been here that is not signed for */
              oldestWaitingMs: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/bays': {
    /** What is in each bay, and when it may be pulled or wiped */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              bays: {
                bay: string;
                path: string;
                vehicleId: null | string;
                fault: null | string;
                disks: {
                  path: string;
                  /** settling, docking, staged, done, failed, or pulled: before it might be */
                  state: string;
                  /** wall clock, milliseconds since the epoch */
                  sinceMs: number;
                  files: number;
                  /** bytes of its files */
                  bytes: number;
                  dockId: null | string;
                  driveIds: string[];
                  /** whose drives are on it, as far as that is known */
                  vehicleIds: string[];
                  receiptIds: string[];
                  stages: null | Record<
                    string,
                    {
                      doneBytes: number;
                      totalBytes: number;
                      totalKnown: boolean;
                    }
                  >;
                  /** bytes that were read from it */
                  readBytes: number;
                  /** bytes that were copied, flushed and read back */
                  verifiedBytes: number;
                  bytesPerSecond: number;
                  /** bytes read, or cut where it is read in place */
                  bytesRead: number;
                  /** bytes of which that is a part */
                  bytesTotal: number;
                  bytesPerS: number;
                  safeToPullAtMs: null | number;
                  safeToPullAt: null | string;
                  safeToPull: boolean;
                  safeToWipe: boolean;
                  verdict: null | string;
                  pulledEarly: null | {
                    /** what is on it alone */
                    lostText: string;
                  };
                  /** what is wrong, or what happens next */
                  text: string;
                  device: null | string;
                  model: null | string;
                  serial: null | string;
                  transport: null | string;
                  deviceBytes: null | number;
                  health: null | {
                    /** healthy, worn, failing or unknown */
                    verdict: string;
                    text: string;
                    temperatureC: null | number;
                    powerOnHours: null | number;
                  };
                  /** whose drives it brought last */
                  lastVehicleIds: string[];
                  warning: null | string;
                }[];
              }[];
              next: null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/docks': {
    /** Docks a path; answers with events, one JSON object a line, until `done` or `failed` */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** absolute path of a file or folder */
            path: string;
            vehicleId?: string;
            tenant?: string;
            /** 0 first, 99 last */
            priority?: number;
            /** only topics that match one of these globs leave the garage */
            topics?: string[];
            /** topics that match one of these globs stay, and are on the disk alone */
            exclude?: string[];
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson': {
              /** progress, staged, verdict, done, failed, … */
              type: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Dockings that the journal knows */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              docks: {
                dockId: string;
                path: string;
                state: string;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/events': {
    /** What happens in the garage, as server-sent events */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'text/event-stream': string;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/orders': {
    /** Standing orders, and what each has got */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              orders: {
                orderId: string;
                tenant: string;
                vehicleId: string;
                topics: string[];
                startTime: string | null;
                endTime: string | null;
                /** 0 first, 99 last */
                priority: number;
                note: string | null;
                state: string;
                chunks: number;
                bytesStored: number;
                drives: {
                  driveId: string;
                  state: string;
                  chunks: number;
                  bytesStored: number;
                }[];
                /** how far it is, for people */
                text: string;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Has data of a vehicle go first whenever it is docked */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            vehicleId: string;
            tenant?: string;
            /** globs, as `/lidar/*`; every topic without them */
            topics?: string[];
            /** decimal nanoseconds or RFC 3339 */
            start?: string;
            /** decimal nanoseconds or RFC 3339 */
            end?: string;
            /** 0 first, 99 last, 20 if not given */
            priority?: number;
            /** for people */
            note?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              orderId: string;
              tenant: string;
              vehicleId: string;
              topics: string[];
              startTime: string | null;
              endTime: string | null;
              /** 0 first, 99 last */
              priority: number;
              note: string | null;
              state: string;
              chunks: number;
              bytesStored: number;
              drives: {
                driveId: string;
                state: string;
                chunks: number;
                bytesStored: number;
              }[];
              /** how far it is, for people */
              text: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/orders/{orderId}': {
    /** Removes a standing order; what it has got stays */
    delete: {
      parameters: {
        query?: never;
        path: {
          orderId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              orderId: string;
              tenant: string;
              vehicleId: string;
              topics: string[];
              startTime: string | null;
              endTime: string | null;
              /** 0 first, 99 last */
              priority: number;
              note: string | null;
              state: string;
              chunks: number;
              bytesStored: number;
              drives: {
                driveId: string;
                state: string;
                chunks: number;
                bytesStored: number;
              }[];
              /** how far it is, for people */
              text: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/queue': {
    /** The drives on their way, in the order in which they go; those that are held come last */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              queue: {
                driveId: string;
                tenant: string;
                vehicleId: string;
                /** 0 first, 99 last */
                priority: number;
                /** sending, waiting, cutting, landing or held */
                state: string;
                isHeld: boolean;
                chunksWaiting: number;
                bytesWaiting: number;
                clearsAt: null | string;
              }[];
              next: null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/spool': {
    /** How full the spool's disk is, and whether intake pauses */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** of the whole disk, with what is reserved */
              usedPercent: number;
              freeBytes: number;
              totalBytes: number;
              reservedBytes: number;
              /** ok, filling, or paused: nothing is taken in */
              state: string;
              warnPercent: number;
              pausePercent: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/uploads': {
    /** Uploads, oldest first: how far each is */
    get: {
      parameters: {
        query?: {
          vehicle?: string;
          drive?: string;
          state?: 'receiving' | 'checking' | 'done' | 'refused';
          limit?: number;
          /** `next` of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              uploads: {
                id: string;
                vehicleId: string;
                drive: string;
                filename: string;
                bytes: number;
                bytesReceived: number;
                state: 'receiving' | 'checking' | 'done' | 'refused';
                text: string;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** tus 1.0: what is understood */
    options: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        '2XX': { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
    /** tus 1.0: begins an upload */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        '2XX': { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/uploads/{id}': {
    /** One upload */
    get: {
      parameters: {
        query?: never;
        path: {
          id: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              id: string;
              vehicleId: string;
              drive: string;
              filename: string;
              bytes: number;
              bytesReceived: number;
              state: 'receiving' | 'checking' | 'done' | 'refused';
              text: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** tus 1.0: what is understood */
    options: {
      parameters: {
        query?: never;
        path: {
          id: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        '2XX': { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
    /** tus 1.0: goes on at an offset */
    patch: {
      parameters: {
        query?: never;
        path: {
          id: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        '2XX': { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
    /** tus 1.0: forgets an unfinished upload */
    delete: {
      parameters: {
        query?: never;
        path: {
          id: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        '2XX': { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/webhooks': {
    /** Receivers of webhooks, and what waits or is parked for each */
    get: {
      parameters: {
        query?: {
          limit?: number;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              receivers: {
                receiver: string;
                url: string | null;
                waiting: number;
                parked: number;
              }[];
              deliveries: {
                eventId: string;
                type: string;
                receiver: string;
                url: string | null;
                state: 'waiting' | 'parked';
                tries: number;
                nextAtMs: number;
                error: string | null;
                /** what is sent */
                event: Record<string, unknown>;
              }[];
              next: null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/webhooks/replay': {
    /** Sends parked events again */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** ids of events; every parked one without them */
            ids?: string[];
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              replayed: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/garage/webhooks/test': {
    /** Sends a signed test event to each receiver, and says what came back */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              results: {
                url: string;
                ok: boolean;
                status: number | null;
                text: string;
                tookMs: number;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/losses': {
    /** The repair diary: byte ranges that could not be read */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              losses: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** SHA-256 of the recording's bytes, or of the list of its parts (text) */
                recordingId: string | null;
                /** the recording, as it lay below the docked folder (text) */
                path: string | null;
                /** truncated, corrupt-record, corrupt-chunk, chunk-bomb, unknown-channel, rolled-back, unreadable, landed-opaque or withheld (a filter keeps it in the garage) (text) */
                reason: string | null;
                /** a sentence for people (text) */
                text: string | null;
                /** where in the recording the range begins (whole number) */
                byteOffset: number | string | null;
                /** its length (whole number) */
                bytes: number | string | null;
                /** the chunk that keeps these bytes; NULL if there are none (text) */
                keptIn: string | null;
                /** topics known to be touched (list of text) */
                topics: string[] | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/node': {
    /** What this node is */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              version: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/previews': {
    /** Previews: a first look at recordings, within seconds of docking; `/v1/previews/ID` is the file */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              previews: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** follows from the drive and from what the preview was made of (text) */
                previewId: string | null;
                /** the recording, as it lay below the docked folder (text) */
                path: string | null;
                /** size of the recording (whole number) */
                sourceBytes: number | string | null;
                /** how much of it was read for the preview (whole number) */
                readBytes: number | string | null;
                /** topics inside, sorted (list of text) */
                topics: string[] | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
                /** messages inside, small frames among them (whole number) */
                messages: number | string | null;
                /** small camera frames inside (whole number) */
                frames: number | string | null;
                /** what is not in it (list of text) */
                notes: string[] | null;
                /** name of the object in the store (URL) */
                object: string | null;
                /** size of the object, from the store (whole number) */
                bytesStored: number | string | null;
                /** generation of the object, from the store (text) */
                generation: string | null;
                /** CRC-32C of the object, from the store, hex (text) */
                crc32c: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/previews/{previewId}': {
    /** A preview as an MCAP file: small camera frames and thinned topics of one recording; any range of it */
    get: {
      parameters: {
        query?: never;
        path: {
          previewId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/mcap': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** A preview as an MCAP file: small camera frames and thinned topics of one recording; any range of it */
    head: {
      parameters: {
        query?: never;
        path: {
          previewId: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/mcap': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/receipts': {
    /** Receipts, oldest first within a drive */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              receipts: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** SHA-256 of the receipt's body (text) */
                receiptId: string | null;
                /** the docking it answers (text) */
                dockId: string | null;
                /** the key that signed (text) */
                keyId: string | null;
                /** when it was signed (decimal nanoseconds as text) */
                signedAt: string | null;
                /** the receipt in the store (URL) */
                object: string | null;
                /** the manifest it answers (URL) */
                manifestObject: string | null;
                /** recordings it covers, sorted (list of text) */
                recordingIds: string[] | null;
                /** objects under its Merkle root (whole number) */
                chunks: number | string | null;
                /** their size (whole number) */
                bytesStored: number | string | null;
                /** the Merkle root (text) */
                objectsSha256Root: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/recordings': {
    /** Recordings of drives, superseded copies too */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          state?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              recordings: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** SHA-256 of the recording's bytes, or of the list of its parts (text) */
                recordingId: string | null;
                /** where it lay below the docked folder (text) */
                path: string | null;
                /** mcap, rosbag1, … or opaque (text) */
                format: string | null;
                /** why a known format landed byte for byte; NULL otherwise (text) */
                opaqueReason: string | null;
                /** the recording's own profile, such as ros1 or ros2 (text) */
                profile: string | null;
                /** the recording's own writer (text) */
                library: string | null;
                /** docked, staged, chunked, shipped, landed, indexed, receipted or retired (text) */
                state: string | null;
                /** pending, active or superseded: whether its chunks are shown (text) */
                setState: string | null;
                /** the recording that holds all of its messages; NULL if active (text) */
                supersededBy: string | null;
                /** size of the file (whole number) */
                bytes: number | string | null;
                /** messages read; the index says it before that; NULL if unknown (whole number) */
                messages: number | string | null;
                /** number of topics (whole number) */
                topics: number | string | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
                /** good, corrected (the view clocks says by how much times are wrong), docking (only the docking bounds them), unknown, beyond-2^63 (some times do not fit) or none (no message has a time) (text) */
                timeQuality: string | null;
                /** bytes that could not be read (kept, unparsed) (whole number) */
                bytesLost: number | string | null;
                /** what is worth saying and lost nothing (list of text) */
                notes: string[] | null;
                /** the docking that brought it (text) */
                dockId: string | null;
                /** where (text) */
                garage: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/retire': {
    /** Frees what Pitlane wrote for a receipted drive */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            driveId: string;
            tenant?: string;
            dryRun?: boolean;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              freedBytes: number;
              recordings: number;
              receipts: string[];
              /** what was freed, for people */
              text: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/samples/{sample}': {
    /** Where a sample of a dataset comes from, down to the bytes of the files of the car */
    get: {
      parameters: {
        query?: {
          /** only this tenant; all of them without */
          tenant?: string;
        };
        path: {
          sample: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              sample: string;
              sources: {
                tenant: string;
                snapshotId: string;
                /** number of the field in the sampling plan */
                field: number;
                topic: string;
                driveId: string;
                vehicleId: string;
                chunkId: string;
                recordingId: string;
                /** the car's file */
                path: string;
                startOffset: number | null;
                endOffset: number | null;
                firstSample: number;
                lastSample: number;
                messages: number;
                startTime: string | null;
                endTime: string | null;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/session': {
    /** Trades a code for a session, which is a cookie that stands for the token for twelve hours */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            code: string;
          };
        };
      };
      responses: {
        204: { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
    /** Whether whoever asks may act, and until when */
    get: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              /** whether this request may do more than read */
              mayAct: boolean;
              expiresAt: null | string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Ends the session */
    delete: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        204: { headers: Readonly<Record<string, unknown>>; content?: never };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/session/codes': {
    /** Makes a code, good once and for a minute, with which a page may open a session */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              code: string;
              /** decimal nanoseconds */
              expiresAt: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/shards': {
    /** Shards of datasets; with a drive, those that hold anything of it */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          name?: string;
          snapshot?: string;
          dataset?: string;
          split?: string;
          state?: string;
          drive?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              shards: {
                /** whose data (text) */
                tenant: string | null;
                /** SHA-256 of the snapshot (text) */
                snapshotId: string | null;
                /** the name of the dataset (text) */
                name: string | null;
                /** train, val or test; all samples of a drive, or of a region, are in one (text) */
                split: string | null;
                /** number of the shard in its split, from 0 (whole number) */
                shard: number | string | null;
                /** planned or built (text) */
                state: string | null;
                /** samples, numbered from 0 (whole number) */
                samples: number | string | null;
                /** the list of its samples in the store (text) */
                listObject: string | null;
                /** the tar in the store; NULL before it is built, as all that follows (URL) */
                object: string | null;
                /** generation of the tar, from the store (text) */
                generation: string | null;
                /** size of the tar, from the store (whole number) */
                bytesStored: number | string | null;
                /** CRC-32C of the tar, from the store, hex (text) */
                crc32c: string | null;
                /** SHA-256 of the tar, from its builder (text) */
                sha256: string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/signals': {
    /** Samples of signals, in order of time within a drive */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          topic?: string;
          signal?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              signals: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the chunk (text) */
                chunkId: string | null;
                /** the topic (text) */
                topic: string | null;
                /** speed_mps, brake, … as the mapping calls it (text) */
                signal: string | null;
                /** log time, ns since 1970; NULL from 2^63 on (decimal nanoseconds as text) */
                time: string | null;
                /** the number; NULL where the signal is a word (number, or NaN and the infinities as text) */
                value: number | string | null;
                /** the word; NULL where the signal is a number (text) */
                text: string | null;
                /** of the number; empty without one (text) */
                unit: string | null;
                /** where several topics say the same signal, the lowest goes before the others (whole number) */
                preference: number | string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/slice': {
    /** A range of time and topics of a drive as one MCAP or NDJSON file, in order */
    get: {
      parameters: {
        query: {
          drive: string;
          tenant?: string;
          /** globs with commas between them; all topics without */
          topics?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          /** what of the time before the start comes first: `last`, the last message of each channel that is asked for; `state`, that of latched topics, static transforms and calibrations, asked for or not; `all`, both */
          primer?: 'none' | 'last' | 'state' | 'all';
          format?: 'mcap' | 'ndjson';
          /** makes all of it before the answer, so that its length is known: viewers want that */
          whole?: boolean;
          expires?: string;
          signature?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/octet-stream': Blob;
            'application/x-ndjson': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** A range of time and topics of a drive as one MCAP or NDJSON file, in order */
    head: {
      parameters: {
        query: {
          drive: string;
          tenant?: string;
          /** globs with commas between them; all topics without */
          topics?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          /** what of the time before the start comes first: `last`, the last message of each channel that is asked for; `state`, that of latched topics, static transforms and calibrations, asked for or not; `all`, both */
          primer?: 'none' | 'last' | 'state' | 'all';
          format?: 'mcap' | 'ndjson';
          /** makes all of it before the answer, so that its length is known: viewers want that */
          whole?: boolean;
          expires?: string;
          signature?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/octet-stream': Blob;
            'application/x-ndjson': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/slice/estimate': {
    /** What a slice would take, from the catalog alone: chunks, bytes, messages, requests, and what is missing in it */
    get: {
      parameters: {
        query: {
          drive: string;
          tenant?: string;
          /** globs with commas between them; all topics without */
          topics?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          /** reckons with this rate instead of the measured one */
          bytesPerS?: number;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              chunks: number;
              /** of what is wanted, as it lies in the store */
              bytesStored: number;
              /** of the chunks that hold it, whole */
              bytesTouched: number;
              messages: number;
              /** to the store */
              requests: number;
              secondsAt: {
                bytesPerS: number;
                seconds: number;
                /** at the rate of slices that this program has sent lately */
                isMeasured: boolean;
              } | null;
              missing: {
                topic: string;
                startTime: string | null;
                endTime: string | null;
                state: string;
                reason: string | null;
              }[];
              /** beside those that are listed */
              missingMore: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/slice/manifest': {
    /** Where the bytes of a slice lie, with links to fetch them past this program */
    get: {
      parameters: {
        query: {
          drive: string;
          tenant?: string;
          /** globs with commas between them; all topics without */
          topics?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          /** seconds */
          expiresIn?: number;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              driveId: string;
              driveState: string;
              missing: {
                topic: string;
                startTime: string | null;
                endTime: string | null;
                state: string;
                reason: string | null;
              }[];
              /** so many more runs are missing */
              missingMore: number;
              channels: number;
              objects: {
                object: string;
                generation: string;
                bytes: number;
                crc32c: string;
                topics: string[];
                summaryOffset: number;
                innerChunks: {
                  offset: number;
                  bytes: number;
                  uncompressedBytes: number;
                  /** decimal nanoseconds since 1970 */
                  startTime: string;
                  /** decimal nanoseconds since 1970 */
                  endTime: string;
                }[];
                url: string;
                via: 'bucket' | 'api';
                /** decimal nanoseconds since 1970 */
                expiresTime: string;
              }[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/slice/url': {
    /** A link that opens a slice for a while without a token, made whole for viewers */
    get: {
      parameters: {
        query: {
          drive: string;
          tenant?: string;
          /** globs with commas between them; all topics without */
          topics?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          /** what of the time before the start comes first: `last`, the last message of each channel that is asked for; `state`, that of latched topics, static transforms and calibrations, asked for or not; `all`, both */
          primer?: 'none' | 'last' | 'state' | 'all';
          format?: 'mcap' | 'ndjson';
          /** makes all of it before the answer, so that its length is known: viewers want that */
          whole?: boolean;
          /** seconds */
          expiresIn?: number;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              url: string;
              path: string;
              /** decimal nanoseconds since 1970 */
              expiresTime: string;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/sql': {
    /** One SELECT over the views of the catalog: JSON, or CSV or Parquet where `accept` asks for it */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            sql: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              columns: {
                name: string;
                /** as the engine calls it */
                type: string;
              }[];
              rows: Record<string, unknown>[];
              /** there are more rows than one answer holds */
              truncated: boolean;
            };
            'text/csv': Blob;
            'application/vnd.apache.parquet': Blob;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/sql/estimate': {
    /** What such a SELECT would read and cost; it is not run */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            sql: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              bytesProcessed: number;
              usdPerTiB: number | null;
              usd: number;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/dataset-build': {
    /** Builds the shards of a snapshot */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** an id, the beginning of one, or a name */
            dataset: string;
            tenant?: string;
            workers?: number;
            worker?: number;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/dataset-create': {
    /** Freezes a selection of drives and a sampling plan into a snapshot */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** a-z 0-9 . _ - */
            name: string;
            sql: string;
            /** the text of a sampling plan */
            plan: string;
            planName?: string;
            /** such as drive=80/10/10 or place=80/10/10 */
            split?: string;
            seed?: number;
            tenant?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/derive': {
    /** Derives the chunks of a drive anew, or waits until what has landed is derived */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            driveId?: string;
            tenant?: string;
            timeoutMs?: number;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/doctor': {
    /** Tries the stores against their contracts */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': Record<string, never>;
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/export': {
    /** Writes a slice of a drive as one MCAP or NDJSON file */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            driveId: string;
            tenant?: string;
            topics?: string[];
            /** decimal nanoseconds or RFC 3339 */
            start?: string;
            /** decimal nanoseconds or RFC 3339 */
            end?: string;
            primer?: 'none' | 'last' | 'state' | 'all';
            /** absolute path */
            out: string;
            preview?: boolean;
            format?: 'mcap' | 'ndjson';
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/keep-results': {
    /** Keeps the results of a run of the matrix */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** absolute path */
            path: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/plan-replay': {
    /** Plans the replay of a drive */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            driveId: string;
            tenant?: string;
            topics?: string[];
            /** decimal nanoseconds or RFC 3339 */
            start?: string;
            /** decimal nanoseconds or RFC 3339 */
            end?: string;
            primer?: 'none' | 'last' | 'state' | 'all';
            seekPrimer?: 'none' | 'last' | 'state' | 'all';
            wait?: boolean;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/read-results': {
    /** Gives the results of a run of the matrix */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            runId: string;
            tenant?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/reindex': {
    /** Rebuilds the catalog from the store */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': Record<string, never>;
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/restore': {
    /** Writes the recordings of a drive as they came */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            driveId: string;
            tenant?: string;
            /** absolute path */
            out: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/tasks/verify': {
    /** Reads objects again and compares them with what was promised */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            driveId?: string;
            tenant?: string;
            subset?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/x-ndjson':
              | {
                  type: 'progress';
                  /** for people */
                  text: string;
                  steps?: {
                    done: number;
                    total: number;
                    /** in the singular: `object`, `shard` */
                    unit: string;
                  };
                }
              | {
                  type: 'result';
                  /** what the task came to */
                  result: Record<string, unknown>;
                }
              | {
                  type: 'failed';
                  /** as in a problem */
                  code: string;
                  message: string;
                };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/topics': {
    /** Topics of drives */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time: decimal nanoseconds since 1970, or RFC 3339 */
          end?: string;
          topic?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              topics: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the topic (text) */
                topic: string | null;
                /** the schema (the first by name if there are several); NULL without one (text) */
                schemaName: string | null;
                /** ros1msg, ros2msg, protobuf, jsonschema, … (text) */
                schemaEncoding: string | null;
                /** ros1, cdr, protobuf, json, … (text) */
                messageEncoding: string | null;
                /** channels on the topic (whole number) */
                channels: number | string | null;
                /** messages (whole number) */
                messages: number | string | null;
                /** message data before compression (whole number) */
                bytes: number | string | null;
                /** log time of the first message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                startTime: string | null;
                /** log time of the last message, ns since 1970; NULL if none or from 2^63 on (decimal nanoseconds as text) */
                endTime: string | null;
                /** (messages - 1) / span in Hz; NULL below two messages (number, or NaN and the infinities as text) */
                meanHz: number | string | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/trajectories': {
    /** Passes through an area, with heading, speed and what of other topics is landed */
    get: {
      parameters: {
        query?: {
          /** west,south,east,north in degrees; west greater than east spans the antimeridian */
          bbox?: string;
          /** latitude,longitude,radius in metres */
          near?: string;
          /** GeoJSON: a Polygon, a MultiPolygon, or features of them */
          polygon?: string;
          /** only this tenant */
          tenant?: string;
          /** only this drive */
          drive?: string;
          /** only this vehicle */
          vehicle?: string;
          /** log time from here on: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time before this: likewise */
          end?: string;
          /** north, southwest, … (45 degrees to each side), or degrees clockwise such as 350-20 */
          heading?: string;
          /** km/h, length of the pass over its time */
          speedBelow?: number;
          /** km/h, likewise */
          speedAbove?: number;
          /** globs with commas between: of each a topic is landed for some of the pass */
          with?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              passes: {
                tenant: string;
                driveId: string;
                vehicleId: string;
                topic: string;
                /** decimal nanoseconds since 1970 */
                enterTime: string;
                /** decimal nanoseconds since 1970 */
                exitTime: string;
                lengthM: number;
                headingDeg: number | null;
                speedMps: number | null;
                chunkIds: string[];
                landed: {
                  topic: string;
                  chunkId: string;
                }[];
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Passes through an area, with heading, speed and what of other topics is landed; for polygons that fit into no address */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** west,south,east,north in degrees; west greater than east spans the antimeridian */
            bbox?: string;
            /** latitude,longitude,radius in metres */
            near?: string;
            /** GeoJSON: a Polygon, a MultiPolygon, or features of them */
            polygon?: string;
            /** only this tenant */
            tenant?: string;
            /** only this drive */
            drive?: string;
            /** only this vehicle */
            vehicle?: string;
            /** log time from here on: decimal nanoseconds since 1970, or RFC 3339 */
            start?: string;
            /** log time before this: likewise */
            end?: string;
            /** north, southwest, … (45 degrees to each side), or degrees clockwise such as 350-20 */
            heading?: string;
            /** km/h, length of the pass over its time */
            speedBelow?: number;
            /** km/h, likewise */
            speedAbove?: number;
            /** globs with commas between: of each a topic is landed for some of the pass */
            with?: string;
            limit?: number;
            /** "next" of the page before */
            cursor?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              passes: {
                tenant: string;
                driveId: string;
                vehicleId: string;
                topic: string;
                /** decimal nanoseconds since 1970 */
                enterTime: string;
                /** decimal nanoseconds since 1970 */
                exitTime: string;
                lengthM: number;
                headingDeg: number | null;
                speedMps: number | null;
                chunkIds: string[];
                landed: {
                  topic: string;
                  chunkId: string;
                }[];
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/trajectories/export': {
    /** Tracks as GeoJSON (RFC 7946), a feature a line */
    get: {
      parameters: {
        query?: {
          /** west,south,east,north in degrees; west greater than east spans the antimeridian */
          bbox?: string;
          /** latitude,longitude,radius in metres */
          near?: string;
          /** GeoJSON: a Polygon, a MultiPolygon, or features of them */
          polygon?: string;
          /** only this tenant */
          tenant?: string;
          /** only this drive */
          drive?: string;
          /** only this vehicle */
          vehicle?: string;
          /** log time from here on: decimal nanoseconds since 1970, or RFC 3339 */
          start?: string;
          /** log time before this: likewise */
          end?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/geo+json': unknown;
          };
        };
        default: components['responses']['Problem'];
      };
    };
    /** Tracks as GeoJSON (RFC 7946), a feature a line; for polygons that fit into no address */
    post: {
      parameters: { query?: never; path?: never; header?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            /** west,south,east,north in degrees; west greater than east spans the antimeridian */
            bbox?: string;
            /** latitude,longitude,radius in metres */
            near?: string;
            /** GeoJSON: a Polygon, a MultiPolygon, or features of them */
            polygon?: string;
            /** only this tenant */
            tenant?: string;
            /** only this drive */
            drive?: string;
            /** only this vehicle */
            vehicle?: string;
            /** log time from here on: decimal nanoseconds since 1970, or RFC 3339 */
            start?: string;
            /** log time before this: likewise */
            end?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/geo+json': unknown;
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/verdicts': {
    /** Whether drives are complete, as their last docking found */
    get: {
      parameters: {
        query?: {
          tenant?: string;
          drive?: string;
          vehicle?: string;
          limit?: number;
          /** "next" of the page before */
          cursor?: string;
        };
        path?: never;
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              verdicts: {
                /** whose data (text) */
                tenant: string | null;
                /** the drive (text) */
                driveId: string | null;
                /** the vehicle (text) */
                vehicleId: string | null;
                /** the docking that judged it (text) */
                dockId: string | null;
                /** messages: every message was looked at; index: what the indexes say (text) */
                judgedFrom: string | null;
                /** the profile by which it was judged; NULL without one (text) */
                vehicleType: string | null;
                /** complete, or how many findings (text) */
                summary: string | null;
                /** rows of the view findings (whole number) */
                findings: number | string | null;
                /** what was not judged, and why (list of text) */
                notes: string[] | null;
              }[];
              next: string | null;
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
  '/v1/why/{id}': {
    /** Where a drive, recording, topic or chunk stands, line by line */
    get: {
      parameters: {
        query?: never;
        path: {
          id: string;
        };
        header?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Readonly<Record<string, unknown>>;
          content: {
            'application/json': {
              id: string;
              lines: string[];
            };
          };
        };
        default: components['responses']['Problem'];
      };
    };
  };
}

export interface components {
  schemas: {
    /** RFC 9457 problem details */
    Problem: {
      type: string;
      title: string;
      status: number;
      /** what happened, where, and what to do next */
      detail: string;
      code:
        | 'bad-usage'
        | 'bad-settings'
        | 'not-found'
        | 'corrupt-input'
        | 'limit-exceeded'
        | 'changed-while-read'
        | 'already-exists'
        | 'checksum-mismatch'
        | 'unavailable'
        | 'disk-full'
        | 'refused'
        | 'busy'
        | 'interrupted'
        | 'decoder-failed'
        | 'internal';
      /** the same may succeed later without anybody changing anything */
      retryable: boolean;
      details?: Record<string, unknown>;
    };
  };
  responses: {
    Problem: {
      headers: Readonly<Record<string, unknown>>;
      content: {
        'application/problem+json': components['schemas']['Problem'];
      };
    };
  };
}
