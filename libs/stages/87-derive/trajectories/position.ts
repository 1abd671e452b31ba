/** A position as one message says it, whatever its schema. */
export interface Position {
  readonly lngDeg: number;
  readonly latDeg: number;
  readonly speedMps?: number | undefined;
  /** What it says of its quality: `gnss`, `rtk-fixed`, `none`, … */
  readonly fixQuality?: string | undefined;
  /** One sigma in the plane. */
  readonly accuracyM?: number | undefined;
  readonly frameId?: string | undefined;
}

/** A place in a frame that is tied to nothing yet. */
export interface LocalPosition {
  readonly xM: number;
  readonly yM: number;
  readonly speedMps?: number | undefined;
  readonly accuracyM?: number | undefined;
  readonly frameId?: string | undefined;
}
