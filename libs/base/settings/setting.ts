/** One setting, the table of them, and the values that a table gives. */

export interface Setting<T> {
  /** Environment variable; the key in the configuration file is the name in the table. */
  readonly variable: string;
  /** Completes "expected …". */
  readonly expected: string;
  readonly example: string;
  readonly default: T;
  readonly meaning: string;
  /** The value, or undefined if the text is none. */
  readonly parse: (text: string) => T | undefined;
}

export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;
export type SettingsOf<Table extends SettingsTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never;
};
