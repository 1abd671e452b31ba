import { imageScalerContract } from '@pitlane/ports/image-scaler/contract';
import sharp from 'sharp';
import { describe, it } from 'vitest';
import { sharpScaler } from './index.ts';

/** Noise, so that half of a file lacks half of its picture. */
const file = async (kind: 'jpeg' | 'png', width: number, height: number): Promise<Uint8Array> => {
  const samples = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  const picture = sharp(samples, { raw: { width, height, channels: 3 } });
  return kind === 'jpeg' ? picture.jpeg().toBuffer() : picture.png().toBuffer();
};
const samples = (jpeg: Uint8Array): Promise<Uint8Array> => sharp(jpeg).toColourspace('srgb').raw().toBuffer();

describe('the image scaler over sharp', () => {
  for (const { name, run } of imageScalerContract) it(name, () => run({ scaler: sharpScaler(), file, samples }));
});
