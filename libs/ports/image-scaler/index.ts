/**
 * The image scaler: makes a camera's picture small, off the event loop. Previews are made with it. Pictures come from logs
 * that nobody vouches for: what one declares is checked before anything is decoded, and one that is damaged, of another
 * kind or too large is no picture, never an error.
 */

export type Picture =
  /** A JPEG, PNG or WebP file. */
  { readonly kind: 'file'; readonly bytes: Uint8Array } | RawPicture;

/** Samples of a byte each, row by row. */
export interface RawPicture {
  readonly kind: 'raw';
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly layout: 'mono' | 'rgb' | 'bgr' | 'rgba' | 'bgra';
  /** From one row to the next. */
  readonly rowBytes: number;
}

export interface SmallPicture {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A picture that declares more is not decoded. */
export const PICTURE_PIXELS_MAX = 64 * 1024 * 1024;

export interface ImageScaler {
  /** @param edgePixelsMax of the longer edge; a picture that is smaller keeps its size */
  scale(picture: Picture, edgePixelsMax: number): Promise<SmallPicture | undefined>;
}
