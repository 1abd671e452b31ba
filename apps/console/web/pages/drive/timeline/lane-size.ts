/** A lane's height in pixels of the page; the style sheet knows it as `--lane`. */
export const LANE_PX = 28;
/** More are scrolled through. */
export const LANES_SEEN_MAX = 16;
