/**
 * How tiles share the floor of the screen: so many columns and rows that the huge words come out largest. Tiles say all
 * while there is room, leave out their small print when there is less, and when there are very many those that need a person
 * come first and large, the others dense. Nothing scrolls unless even that has no room.
 */

/** Widths in `em` of the font in which the words stand; measured, since the font is the system's. */
export interface WordWidths {
  /** Of the widest first line, with the sign beside it. */
  readonly firstEm: number;
  readonly secondEm: number;
}

export interface Floor {
  readonly widthPx: number;
  /** Undefined where the page scrolls: a telephone. */
  readonly heightPx: number | undefined;
}

/** `whole`: with small print. `short`: without. */
export type TileForm = 'whole' | 'short';

export interface Block {
  readonly tiles: number;
  readonly columns: number;
  readonly rows: number;
  readonly wordPx: number;
  /** By which the small print grows where there is room; at least 1. */
  readonly unit: number;
  /** Of the text in a tile, at least 1. */
  readonly textLines: number;
  /** Of all rows and the gaps between; undefined where they take what they need. */
  readonly heightPx: number | undefined;
}

export interface FloorPlan {
  readonly form: TileForm;
  readonly large: Block;
  /** Those that stand behind the large ones. */
  readonly dense: Block | undefined;
}

export const GAP_PX = 10;
const PADDING_PX = 16;
/** What stands in a tile beside the words. */
const BESIDE_PX: Readonly<Record<TileForm, number>> = { whole: 176, short: 84 };
/** In the whole form. */
const TEXT_LINES_RECKONED = 2;
const TEXT_LINE_PX = 20.25;
const LINE_EM = 0.94;
/** From this size of the words on the small print grows with them, up to so many times. */
const GROWS_FROM_PX = 110;
const UNIT_MAX = 2.4;
const WORD_MAX_PX = 340;
const WHOLE_WORD_MIN_PX = 64;
const SHORT_WORD_MIN_PX = 40;
/** At most so much of the floor goes to those that need a person, where there are very many. */
const LARGE_SHARE = 0.46;
const LARGE_WORD_PX = 47;
const SHORT_TILE_PX = 2 * LINE_EM * LARGE_WORD_PX + BESIDE_PX.short;
const DENSE_TILE = { widthPx: 116, heightPx: 29 };
const DENSE_GAP_PX = 4;
const TELEPHONE_TILE_PX = 340;
const TELEPHONE_LINES = 4;

/** @param needing how many of them need a person, or may be taken */
export function planFloor(tiles: number, needing: number, floor: Floor, words: WordWidths): FloorPlan {
  if (floor.heightPx === undefined) return planScroll(tiles, needing, floor.widthPx, words);
  const { widthPx, heightPx } = floor;
  for (const [form, leastPx] of [
    ['whole', WHOLE_WORD_MIN_PX],
    ['short', SHORT_WORD_MIN_PX],
  ] as const) {
    const large = bestBlock(tiles, widthPx, heightPx, form, words);
    if (large.wordPx >= leastPx) return { form, large, dense: undefined };
  }
  const large = largeBlock(Math.min(needing, tiles), widthPx, largeRoomPx(tiles, widthPx, heightPx), words);
  const leftPx = heightPx - (large.heightPx ?? 0) - (large.tiles > 0 ? GAP_PX : 0);
  return { form: 'short', large, dense: denseBlock(tiles - large.tiles, widthPx, leftPx) };
}

/** As many of them as have room for words that are still read from some metres. */
function largeBlock(needing: number, widthPx: number, roomPx: number, words: WordWidths): Block {
  const columns = Math.max(
    1,
    Math.floor((widthPx + GAP_PX) / (widestEm(words) * LARGE_WORD_PX + 2 * PADDING_PX + GAP_PX)),
  );
  const rowsMax = Math.max(1, Math.floor((roomPx + GAP_PX) / (SHORT_TILE_PX + GAP_PX)));
  const tiles = Math.min(needing, columns * rowsMax);
  if (tiles === 0) return { tiles: 0, columns: 1, rows: 0, wordPx: LARGE_WORD_PX, unit: 1, textLines: 1, heightPx: 0 };
  const rows = Math.ceil(tiles / columns);
  const perRow = Math.ceil(tiles / rows);
  const allPx = Math.min(roomPx, rows * SHORT_TILE_PX * 1.25 + (rows - 1) * GAP_PX);
  return { ...blockOf(tiles, perRow, widthPx, allPx, 'short', words), heightPx: Math.floor(allPx) };
}

/** What the dense ones leave, where all of them have room. */
function largeRoomPx(tiles: number, widthPx: number, heightPx: number): number {
  const rows = Math.ceil(tiles / denseColumnsMax(widthPx));
  const leftPx = heightPx - GAP_PX - rows * (DENSE_TILE.heightPx + DENSE_GAP_PX);
  const wantedPx = heightPx * LARGE_SHARE;
  return leftPx >= SHORT_TILE_PX ? Math.min(wantedPx, leftPx) : wantedPx;
}

const denseColumnsMax = (widthPx: number): number =>
  Math.max(1, Math.floor((widthPx + DENSE_GAP_PX) / (DENSE_TILE.widthPx + DENSE_GAP_PX)));

function denseBlock(tiles: number, widthPx: number, heightPx: number): Block {
  const columnsMax = denseColumnsMax(widthPx);
  const rowsMax = Math.max(1, Math.floor((heightPx + DENSE_GAP_PX) / (DENSE_TILE.heightPx + DENSE_GAP_PX)));
  // As wide as they can be while all of them have room.
  const columns = Math.min(columnsMax, Math.max(1, Math.ceil(tiles / rowsMax)));
  const rows = Math.ceil(tiles / columns);
  const fits = rows <= rowsMax;
  const rowPx = fits ? (heightPx - (rows - 1) * DENSE_GAP_PX) / Math.max(1, rows) : DENSE_TILE.heightPx;
  const tilePx = (widthPx - (columns - 1) * DENSE_GAP_PX) / columns;
  const wordPx = Math.max(14, Math.min(26, Math.floor(rowPx * 0.42), Math.floor(tilePx / 8.2)));
  return { tiles, columns, rows, wordPx, unit: 1, textLines: 1, heightPx: fits ? Math.floor(heightPx) : undefined };
}

/** A telephone: one below another, however many there are. */
function planScroll(tiles: number, needing: number, widthPx: number, words: WordWidths): FloorPlan {
  const isMany = tiles > 24;
  const large = isMany ? Math.min(needing, tiles) : tiles;
  const columns = Math.max(1, Math.floor((widthPx + GAP_PX) / (TELEPHONE_TILE_PX + GAP_PX)));
  const wordPx = Math.min(110, wordPxIn((widthPx - (columns - 1) * GAP_PX) / columns, words));
  const block = {
    tiles: large,
    columns,
    rows: Math.ceil(large / columns),
    wordPx,
    unit: 1,
    textLines: TELEPHONE_LINES,
    heightPx: undefined,
  };
  const dense = isMany ? denseBlock(tiles - large, widthPx, 0) : undefined;
  return { form: 'whole', large: block, dense };
}

function bestBlock(tiles: number, widthPx: number, heightPx: number, form: TileForm, words: WordWidths): Block {
  let best = blockOf(tiles, 1, widthPx, heightPx, form, words);
  for (let columns = 2; columns <= tiles; columns += 1) {
    const block = blockOf(tiles, columns, widthPx, heightPx, form, words);
    if (block.wordPx > best.wordPx) best = block;
  }
  return best;
}

function blockOf(
  tiles: number,
  columns: number,
  widthPx: number,
  heightPx: number,
  form: TileForm,
  words: WordWidths,
): Block {
  const rows = Math.max(1, Math.ceil(tiles / columns));
  const tileWidthPx = (widthPx - (columns - 1) * GAP_PX) / columns;
  const tileHeightPx = (heightPx - (rows - 1) * GAP_PX) / rows;
  const byHeightPx = wordPxBelow(tileHeightPx, BESIDE_PX[form]);
  const wordPx = Math.max(0, Math.floor(Math.min(WORD_MAX_PX, byHeightPx, wordPxIn(tileWidthPx, words))));
  const unit = Math.max(1, Math.min(UNIT_MAX, byHeightPx / GROWS_FROM_PX, tileWidthPx / 420));
  const besidePx = (BESIDE_PX[form] - TEXT_LINES_RECKONED * TEXT_LINE_PX) * unit;
  const textLines = Math.max(1, Math.floor((tileHeightPx - 2 * LINE_EM * wordPx - besidePx) / (TEXT_LINE_PX * unit)));
  return { tiles, columns, rows, wordPx, unit, textLines, heightPx: Math.floor(heightPx) };
}

/** Two lines of words, and what stands beside them, which grows with them from a size on. */
function wordPxBelow(tileHeightPx: number, besidePx: number): number {
  const plain = (tileHeightPx - besidePx) / (2 * LINE_EM);
  return plain < GROWS_FROM_PX ? plain : tileHeightPx / (2 * LINE_EM + besidePx / GROWS_FROM_PX);
}

const wordPxIn = (tileWidthPx: number, words: WordWidths): number =>
  Math.floor((tileWidthPx - 2 * PADDING_PX) / widestEm(words));

const widestEm = ({ firstEm, secondEm }: WordWidths): number => Math.max(firstEm, secondEm);
