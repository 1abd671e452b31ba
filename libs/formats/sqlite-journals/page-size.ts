/** Sizes that a page of SQLite may have: powers of two from 512 to 65,536 bytes. */
export const isPageSize = (bytes: number): boolean => bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
