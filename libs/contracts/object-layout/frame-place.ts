/**
 * By which frames an object came: the lander writes it beside the object, so that a person finds the records of the log as
 * long as it keeps them. Nothing depends on it; objects that came by claim check, or long ago, have none.
 */
export interface FramePlace {
  readonly topic: string;
  readonly partition: number;
  /** Of its first frame and of its last; frames of other chunks may lie between. */
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
}

/** Key of an object's custom metadata. */
export const FRAME_PLACE = 'pitlane-frames';

/** `pitlane.frames.bulk.v1/3/1200-1287` */
export const framePlaceText = ({ topic, partition, firstOffset, lastOffset }: FramePlace): string =>
  `${topic}/${partition}/${firstOffset}-${lastOffset}`;

const TEXT = /^([A-Za-z0-9._-]{1,249})\/(\d{1,9})\/(\d{1,19})-(\d{1,19})$/;

/** Undefined for what is no such place. */
export function framePlaceFrom(text: string | undefined): FramePlace | undefined {
  const [, topic, partition, first, last] = TEXT.exec(text ?? '') ?? [];
  if (topic === undefined || first === undefined || last === undefined) return undefined;
  return { topic, partition: Number(partition), firstOffset: BigInt(first), lastOffset: BigInt(last) };
}
