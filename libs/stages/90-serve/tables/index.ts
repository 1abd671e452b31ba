/**
 * Answers of SQL as files for other people's tools: CSV by RFC 4180, and Parquet with the types of the engine. They stand behind the
 * catalog's sandbox, which has bounded what there is to write, and give it piece by piece. They never ask anything themselves.
 */
export { csvBlocks } from './csv.ts';
export { parquetBlocks } from './parquet.ts';
