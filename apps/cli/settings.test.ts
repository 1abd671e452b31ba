import { parseSettings } from '@pitlane/base/settings';
import { expect, it } from 'vitest';
import { SETTINGS, settingsMarkdown } from './settings.ts';

it('names every variable after its setting', () => {
  for (const [name, { variable }] of Object.entries(SETTINGS)) {
    expect(variable).toBe(`PITLANE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`);
  }
});

it('takes its own examples and defaults', () => {
  for (const [name, { variable, example, default: standard }] of Object.entries(SETTINGS)) {
    for (const text of [example, String(standard)]) {
      expect(parseSettings(SETTINGS, { environment: { [variable]: text } })).toHaveProperty(name);
    }
  }
});

it('writes a row for every setting', () => {
  const text = settingsMarkdown();
  for (const { variable } of Object.values(SETTINGS)) expect(text).toContain(`| \`${variable}\` |`);
});
