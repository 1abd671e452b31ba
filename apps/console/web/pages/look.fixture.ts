/** What every page is looked at for: each width and scheme, nothing for axe, no sideways scroll, nothing that jumps. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage } from '../../browser.fixture.ts';

const LOOKS = [
  ['light', 360, 780],
  ['dark', 360, 780],
  ['light', 768, 1024],
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['dark', 2560, 1440],
] as const;

/** What may move while a page loads, as browsers measure it: 0.1 is called good, and this is less. */
const SHIFT_MAX = 0.02;

/** @param ready waits for what the page is to show, and may act on it */
export async function lookEverywhere(
  browser: Browser,
  url: string,
  ready: (page: Page) => Promise<void>,
): Promise<void> {
  for (const [colorScheme, width, height] of LOOKS) {
    await using opened = await openPage(browser, url, { colorScheme, viewport: { width, height } });
    const { page, faults } = opened;
    await ready(page);
    const { violations, passes } = await new AxeBuilder({ page })
      .options({ rules: { 'color-contrast-enhanced': { enabled: true } } })
      .analyze();
    const at = `${colorScheme}, ${width} wide`;
    expect(passes.length, at).toBeGreaterThan(10);
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      at,
    ).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), at).toBeLessThanOrEqual(0);
    const { sum, moved } = await shiftsOf(page);
    expect(sum, `${at}: ${moved}`).toBeLessThanOrEqual(SHIFT_MAX);
    expect(faults, at).toEqual([]);
  }
}

/** What moved that nobody had pressed, since the page was opened, and from where to where. */
async function shiftsOf(page: Page): Promise<{ readonly sum: number; readonly moved: string }> {
  return page.evaluate(
    () =>
      new Promise((tell) => {
        interface Shift extends PerformanceEntry {
          readonly value: number;
          readonly hadRecentInput: boolean;
          readonly sources: readonly { node?: Element; previousRect: DOMRect; currentRect: DOMRect }[];
        }
        const shifts: Shift[] = [];
        new PerformanceObserver((list) => {
          shifts.push(...(list.getEntries() as Shift[]).filter(({ hadRecentInput }) => !hadRecentInput));
        }).observe({ type: 'layout-shift', buffered: true });
        const told = ({ value, sources }: Shift): string =>
          `${value.toFixed(3)} ${sources.map(({ node, previousRect, currentRect }) => `${node?.className ?? 'text'} ${previousRect.y} to ${currentRect.y}`).join(', ')}`;
        requestAnimationFrame(() =>
          requestAnimationFrame(() =>
            tell({ sum: shifts.reduce((sum, { value }) => sum + value, 0), moved: shifts.map(told).join('; ') }),
          ),
        );
      }),
  );
}

export const HOSTILE = '<img src=x onerror="document.title=1">';
export const LONG = 'a-name-that-somebody-made-far-too-long-'.repeat(3);
