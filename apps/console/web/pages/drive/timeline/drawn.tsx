/** A canvas that is drawn anew when what it shows has changed: once a frame at most, sharp on any screen, in light and dark. */
import { effect, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isStale } from '../../../kit/live.ts';
import type { Paints } from './draw.ts';
import { paintsFor } from './paints.ts';

export interface Sheet {
  readonly pen: CanvasRenderingContext2D;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Pixels of the canvas a pixel of the page. */
  readonly density: number;
  readonly paints: Paints;
}

interface DrawnProps {
  readonly class: string;
  readonly draw: (sheet: Sheet) => void;
  /** Drawn anew when one of them changes, beside each time that it is rendered. */
  readonly on: readonly ReadonlySignal<unknown>[];
}

export function Drawn({ class: name, draw, on }: DrawnProps) {
  const place = useRef<HTMLCanvasElement>(null);
  const newest = useRef(draw);
  const again = useRef<() => void>(undefined);
  newest.current = draw;
  useEffect(() => {
    const canvas = place.current;
    const pen = canvas?.getContext('2d');
    if (!canvas || !pen) return undefined;
    let frame = 0;
    let paints: Paints | undefined;
    const paint = () => {
      frame = 0;
      const density = devicePixelRatio;
      const [widthPx, heightPx] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
        Math.round(side * density),
      ) as [number, number];
      if (canvas.width !== widthPx || canvas.height !== heightPx) [canvas.width, canvas.height] = [widthPx, heightPx];
      paints ??= paintsFor(canvas, pen, density);
      newest.current({ pen, widthPx, heightPx, density, paints });
    };
    const schedule = () => (frame ||= requestAnimationFrame(paint));
    const repaint = () => {
      paints = undefined;
      schedule();
    };
    const sizes = new ResizeObserver(repaint);
    sizes.observe(canvas);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', repaint);
    const stops = [
      effect(() => {
        for (const signal of on) void signal.value;
        schedule();
      }),
      effect(() => {
        void isStale.value;
        repaint();
      }),
    ];
    again.current = schedule;
    return () => {
      cancelAnimationFrame(frame);
      sizes.disconnect();
      scheme.removeEventListener('change', repaint);
      for (const stop of stops) stop();
    };
  }, []);
  useEffect(() => again.current?.());
  return <canvas ref={place} class={name} aria-hidden="true" />;
}
