/** What every image scaler must do, as cases. Pictures in files come from whoever runs them, for the port makes none. */
import assert from 'node:assert/strict';
import type { ContractCase } from '../contract/index.ts';
import { type ImageScaler, PICTURE_PIXELS_MAX, type RawPicture } from './index.ts';

export interface ScalerAndPictures {
  readonly scaler: ImageScaler;
  /** A file of this kind and size. */
  readonly file: (kind: 'jpeg' | 'png', width: number, height: number) => Promise<Uint8Array>;
  /** Samples of a JPEG in RGB. */
  readonly samples: (jpeg: Uint8Array) => Promise<Uint8Array>;
}

const EDGE = 64;

const raw = (layout: RawPicture['layout'], pixel: readonly number[], rowBytes = 200 * pixel.length): RawPicture => ({
  kind: 'raw',
  bytes: Uint8Array.from({ length: rowBytes * 100 }, (_, at) => pixel[(at % rowBytes) % pixel.length] ?? 0),
  width: 200,
  height: 100,
  layout,
  rowBytes,
});

const isAbout = (sample: number | undefined, wanted: number): boolean => Math.abs((sample ?? -99) - wanted) < 12;

export const imageScalerContract: readonly ContractCase<ScalerAndPictures>[] = [
  {
    name: 'makes files small and keeps their shape',
    async run({ scaler, file }) {
      for (const kind of ['jpeg', 'png'] as const) {
        const small = await scaler.scale({ kind: 'file', bytes: await file(kind, 200, 100) }, EDGE);
        assert.deepEqual([small?.width, small?.height], [64, 32], kind);
        assert.deepEqual([...(small?.jpeg.subarray(0, 3) ?? [])], [0xff, 0xd8, 0xff], kind);
      }
    },
  },
  {
    name: 'leaves the size of what is small',
    async run({ scaler, file }) {
      const small = await scaler.scale({ kind: 'file', bytes: await file('png', 20, 10) }, EDGE);
      assert.deepEqual([small?.width, small?.height], [20, 10]);
    },
  },
  {
    name: 'takes samples in every layout, with rows that are longer than their samples',
    async run({ scaler, samples }) {
      const layouts = [
        ['rgb', [200, 100, 30]],
        ['bgr', [30, 100, 200]],
        ['rgba', [200, 100, 30, 255]],
        ['bgra', [30, 100, 200, 255]],
      ] as const;
      for (const [layout, pixel] of layouts) {
        for (const rowBytes of [200 * pixel.length, 200 * pixel.length + pixel.length * 7]) {
          const small = await scaler.scale(raw(layout, pixel, rowBytes), EDGE);
          assert.deepEqual([small?.width, small?.height], [64, 32], layout);
          const [red, green, blue] = await samples(small?.jpeg as Uint8Array);
          assert.ok(
            isAbout(red, 200) && isAbout(green, 100) && isAbout(blue, 30),
            `${layout}: ${red} ${green} ${blue}`,
          );
        }
      }
      const grey = await samples((await scaler.scale(raw('mono', [90]), EDGE))?.jpeg as Uint8Array);
      assert.ok(isAbout(grey[0], 90) && isAbout(grey[1], 90));
    },
  },
  {
    name: 'takes what is no picture for none',
    async run({ scaler, file }) {
      const jpeg = await file('jpeg', 200, 100);
      const spoilt = jpeg.slice();
      spoilt.fill(0x55, 2, 60);
      const svg = Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
      );
      const none = [new Uint8Array(0), Buffer.from('no picture'), jpeg.subarray(0, jpeg.byteLength / 2), spoilt, svg];
      for (const bytes of none) assert.equal(await scaler.scale({ kind: 'file', bytes }, EDGE), undefined);
    },
  },
  {
    name: 'decodes no more pixels than the limit, whatever is declared',
    async run({ scaler, file }) {
      const png = (await file('png', 16, 16)).slice();
      new DataView(png.buffer, png.byteOffset).setUint32(16, PICTURE_PIXELS_MAX / 16 + 1);
      assert.equal(await scaler.scale({ kind: 'file', bytes: png }, EDGE), undefined);
      for (const [width, height] of [
        [PICTURE_PIXELS_MAX, 2],
        [0, 9],
        [9, 0],
        [-1, 9],
        [300, 100],
        [1.5, 1],
      ] as const)
        assert.equal(await scaler.scale({ ...raw('mono', [9]), width, height }, EDGE), undefined, `${width} ${height}`);
    },
  },
];
