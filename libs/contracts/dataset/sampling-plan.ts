/** What one sample of a dataset is made of. A plan is JSON that a person writes; this is what it says once it is read. */

export const SAMPLING_PLAN_VERSION = 1;

/** A sample is one frame of a camera, with what other topics had at that time. */
export interface FramesPlan {
  readonly samplingPlanVersion: typeof SAMPLING_PLAN_VERSION;
  readonly kind: 'frames';
  /** The topic whose every message makes a sample. */
  readonly camera: string;
  /** Its member's name; empty for the bare suffix, such as `jpg`. */
  readonly as: string;
  readonly with: readonly CompanionTopic[];
}

/** The message of another topic that is nearest to the frame by log time; of two that are as near, the earlier. */
export interface CompanionTopic {
  readonly topic: string;
  readonly as: string;
  /** How far it may lie from the frame, either way. */
  readonly toleranceMs: number;
  /** What becomes of a sample where there is none so near: it is dropped, or the field is left out. */
  readonly missing: 'drop' | 'omit';
}

/** A sample is a stretch of time, with all messages of some topics. */
export interface WindowsPlan {
  readonly samplingPlanVersion: typeof SAMPLING_PLAN_VERSION;
  readonly kind: 'windows';
  readonly lengthMs: number;
  /** From the start of one window to the start of the next. */
  readonly strideMs: number;
  readonly topics: readonly WindowTopic[];
}

export interface WindowTopic {
  readonly topic: string;
  readonly as: string;
  /** What becomes of a window without a message of the topic. */
  readonly missing: 'drop' | 'omit';
}

export type SamplingPlan = FramesPlan | WindowsPlan;

export interface PlanField {
  readonly topic: string;
  readonly as: string;
}

/** What a camera without a name is called where its bare suffix would not do. */
export const UNNAMED = 'camera';

/** The fields of a sample, in the order in which they are numbered and written. */
export const fieldsOf = (plan: SamplingPlan): readonly PlanField[] =>
  plan.kind === 'frames' ? [{ topic: plan.camera, as: plan.as }, ...plan.with] : plan.topics;
