/** The settings table as people read it in a README. */
import type { SettingsTable } from './setting.ts';

/** A Markdown table with one row a setting, in the table's order. */
export function markdownFromSettings(table: SettingsTable): string {
  const rows = Object.entries(table).map(
    ([name, setting]) =>
      `| \`${setting.variable}\` | \`${name}\` | \`${String(setting.default)}\` | ${setting.meaning} (${setting.expected}) |`,
  );
  return ['| variable | key in the file | default | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
