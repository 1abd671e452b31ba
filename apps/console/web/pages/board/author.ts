/** Who works at this screen, for the audit: typed once, and kept by the browser. */
const KEY = 'pitlane-author';

export const rememberedAuthor = (): string => localStorage.getItem(KEY) ?? '';
export const rememberAuthor = (name: string): void => localStorage.setItem(KEY, name.trim());
