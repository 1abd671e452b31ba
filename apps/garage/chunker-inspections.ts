/**
 * The files of a drive, inspected in a chunker's process. A file at which the process dies or hangs is known as what its
 * first bytes say, without an index: the cut decides what becomes of it, and lands it byte for byte, with the reason, if
 * it fails there too. So a kill that was not the file's doing costs it nothing.
 */
import { isPitlaneError } from '@pitlane/base/errors';
import { formatNamed } from '@pitlane/formats/all';
import { DEFAULT_READ_LIMITS, type Inspection } from '@pitlane/formats/recording';
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import type { Inspected } from '@pitlane/stages/20-inspect';
import type { Chunkers } from './chunker.ts';
import type { InspectedPath } from './chunker-protocol.ts';

/** Files inspected in one turn: another dock's then have theirs. */
const FILES_AT_ONCE = 256;
/** Of all topics of a drive, what the preview may hold; the manifest has every one. */
const TOPIC_CHARACTERS_MAX = 16 * 1024 * 1024;

export interface InspectionTools {
  readonly chunkers: Pick<Chunkers, 'inspect'>;
  readonly signal: AbortSignal;
  /** By path: endings of files beside it that may have to be read together with it. */
  readonly endings?: Readonly<Record<string, readonly string[]>>;
  /** The process was given up at this file. */
  readonly onGivenUp: (path: string, reason: string) => void;
}

/** With what its index says of its topics: whoever takes it adds it up and lets it go. */
export interface InspectedWithEvidence extends Inspected {
  readonly evidence?: RecordingEvidence;
}

/** One for each path, in order. Errors: `unavailable` and `not-found` of the disk, `interrupted`. */
export async function* inspections(
  root: string,
  paths: readonly string[],
  tools: InspectionTools,
): AsyncGenerator<InspectedWithEvidence> {
  const topics = new TopicAllowance(TOPIC_CHARACTERS_MAX);
  let isSecondTry = false;
  for (let at = 0; at < paths.length; ) {
    const job = {
      root,
      paths: paths.slice(at, at + FILES_AT_ONCE),
      endings: tools.endings ?? {},
      limits: DEFAULT_READ_LIMITS,
    };
    let recognised: InspectedPath | undefined;
    try {
      for await (const event of tools.chunkers.inspect(job, tools.signal)) {
        recognised = event.type === 'recognised' ? event.file : undefined;
        if (event.type === 'recognised') continue;
        at += 1;
        isSecondTry = false;
        yield topics.within(inspectedFrom(event.file));
      }
    } catch (error) {
      if (!isPitlaneError(error, 'decoder-failed')) throw error;
      const isRetried: boolean = error.details.killed === true && !isSecondTry;
      isSecondTry = isRetried;
      if (isRetried) continue;
      // Nothing was decoded before a log was recognised, so that its bytes cannot have done it.
      if (!recognised) throw error;
      tools.onGivenUp(paths[at] as string, String(error.details.reason));
      at += 1;
      yield inspectedFrom(recognised);
    }
  }
}

const inspectedFrom = ({ format, ...inspected }: InspectedPath): InspectedWithEvidence => ({
  ...inspected,
  format: formatNamed(format),
});

/** The node holds what it is told of a whole disk: names of topics must not fill it. */
class TopicAllowance {
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  within(file: InspectedWithEvidence): InspectedWithEvidence {
    if (!file.inspection) return file;
    this.#left -= charactersOf(file.inspection);
    return this.#left >= 0 ? file : { ...file, inspection: { ...file.inspection, topics: [] } };
  }
}

const charactersOf = ({ topics }: Inspection): number =>
  topics.reduce((sum, { topic, schemaName }) => sum + topic.length + schemaName.length, 0);
