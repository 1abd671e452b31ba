/** The timeline's paints from the page's colours, light or dark: solid, striped, hatched, dotted, crossed. */
import type { Paints } from './draw.ts';

/** @param density pixels of the canvas a pixel of the page */
export function paintsFor(canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D, density: number): Paints {
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const [accent, bad, muted, surface] = [colour('accent'), colour('bad'), colour('muted'), colour('surface')];
  const outlines = {
    indexed: accent,
    'in-flight': accent,
    'on-dock': muted,
    'on-car': muted,
    gap: bad,
    lost: bad,
  };
  const pattern = (draw: (tile: CanvasRenderingContext2D, size: number) => void): CanvasPattern | string => {
    const tile = document.createElement('canvas');
    tile.width = tile.height = Math.round(8 * density);
    const context = tile.getContext('2d');
    if (!context) return surface;
    draw(context, tile.width);
    return pen.createPattern(tile, 'repeat') ?? surface;
  };
  const hatched = (ink: string, isCrossed: boolean) =>
    pattern((tile, size) => {
      tile.strokeStyle = ink;
      tile.lineWidth = 1.6 * density;
      tile.beginPath();
      for (const by of [-size, 0, size]) {
        tile.moveTo(by, size);
        tile.lineTo(by + size, 0);
        if (!isCrossed) continue;
        tile.moveTo(by, 0);
        tile.lineTo(by + size, size);
      }
      tile.stroke();
    });
  const striped = pattern((tile, size) => {
    tile.fillStyle = accent;
    for (const top of [0, size / 2]) tile.fillRect(0, top, size, size / 4);
  });
  const dotted = pattern((tile, size) => {
    tile.fillStyle = muted;
    tile.fillRect(size / 4, size / 4, size / 4, size / 4);
  });
  return {
    looks: {
      indexed: accent,
      'in-flight': striped,
      'on-dock': hatched(muted, false),
      'on-car': dotted,
      gap: 'transparent',
      lost: hatched(bad, true),
    },
    outlines,
    rule: colour('rule'),
    text: colour('text'),
    muted,
    event: accent,
    finding: colour('warn'),
    font: `${12 * density}px ${style.fontFamily}`,
  };
}
