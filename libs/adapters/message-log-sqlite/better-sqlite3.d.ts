/** The part of better-sqlite3 that this package uses; the library ships no types of its own. */
declare module 'better-sqlite3' {
  export interface Statement<Parameters extends unknown[], Row> {
    run(...parameters: Parameters): { changes: number };
    get(...parameters: Parameters): Row | undefined;
    iterate(...parameters: Parameters): IterableIterator<Row>;
  }

  export default class Database {
    constructor(file: string, options?: { readonly timeout?: number });
    readonly inTransaction: boolean;
    prepare<Parameters extends unknown[], Row = unknown>(sql: string): Statement<Parameters, Row>;
    exec(sql: string): this;
    pragma(text: string, options?: { readonly simple?: boolean }): unknown;
    transaction<Arguments extends unknown[]>(
      work: (...args: Arguments) => void,
    ): { immediate(...args: Arguments): void };
    close(): this;
  }
}
