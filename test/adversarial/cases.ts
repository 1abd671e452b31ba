/**
 * Hostile and damaged MCAP files, each with what must come of it. They are made here, byte by byte, and run by the tests
 * of the reader and of the whole pipeline; nothing here is ever written to disk by itself.
 */
import type { LossReason } from '@pitlane/formats/recording';
import { chunkCases } from './chunk-cases.ts';
import { contentCases } from './content-cases.ts';
import { structureCases } from './structure-cases.ts';

export interface Expectation {
  /** Messages that must come out; undefined where the recording is given up as opaque. */
  readonly messages?: number;
  readonly attachments?: number;
  readonly channels?: number;
  /** Reasons of the losses, each once, in order of appearance; empty if all must be read. */
  readonly losses?: readonly LossReason[];
  /** The recording cannot be taken apart and lands byte for byte. */
  readonly opaque?: boolean;
  /** What one of the notes must say. */
  readonly note?: RegExp;
}

export interface HostileCase {
  /** A sentence's end: "a zstd bomb of 1 GiB in a small chunk". */
  readonly name: string;
  bytes(): Uint8Array;
  readonly expect: Expectation;
}

export const mcapCases: readonly HostileCase[] = [...chunkCases, ...structureCases, ...contentCases];
