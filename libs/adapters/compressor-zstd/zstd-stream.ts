/**
 * Decompresses zstd step by step, for what is too large to be had at once. A frame that wants more memory for its window
 * than zstd itself grants without being asked is refused: a header's word is no reason to take it.
 */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import zstd from 'zstd-napi/binding.js';

/** 128 MiB: what `zstd --ultra -22` needs, and where the tools of others stop too. */
const WINDOW_LOG_MAX = 27;

export interface ZstdStep {
  readonly consumedBytes: number;
  readonly producedBytes: number;
  /** How many bytes to give it next; 0 at the end of a frame. */
  readonly wantedBytes: number;
}

export interface ZstdStream {
  /** Decompresses `input` into `output` as far as both go. Throws `corrupt-input`; the stream is of no more use then. */
  push(input: Uint8Array, output: Uint8Array): ZstdStep;
}

export function zstdStream(): ZstdStream {
  const context = new zstd.DCtx();
  context.setParameter(zstd.DParameter.windowLogMax, WINDOW_LOG_MAX);
  return {
    push(input, output) {
      try {
        const [wantedBytes, producedBytes, consumedBytes] = context.decompressStream(output, input);
        return { wantedBytes, producedBytes, consumedBytes };
      } catch (error) {
        throw new PitlaneError('corrupt-input', `zstd: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}
