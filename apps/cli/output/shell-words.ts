/** Words as a shell takes them, for commands that are printed to be copied. */

export const shellWord = (text: string): string =>
  /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** ` --home DIR` as it was given, or nothing where the settings say it. */
export const homeFlag = (home: string | undefined): string => (home === undefined ? '' : ` --home ${shellWord(home)}`);
