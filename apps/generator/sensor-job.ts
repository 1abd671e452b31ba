/** The heavy work of a drive as plain data: one camera frame or one lidar turn, from the scene to the finished message. */
import { CameraRenderer, type CameraSpec } from './camera.ts';
import { foxgloveImageMessage } from './foxglove-messages.ts';
import { createJpegEncoder, type JpegEncoder } from './jpeg-encoder.ts';
import { LidarScanner, type LidarSpec, POINT_STEP_BYTES } from './lidar.ts';
import { compressedImageMessage, pointCloudMessage } from './ros-messages.ts';
import type { Surroundings } from './scene.ts';

export interface CameraJob {
  readonly sensor: 'camera';
  readonly spec: CameraSpec;
  readonly encoding: 'cdr' | 'protobuf';
  readonly frameId: string;
  readonly stampNs: bigint;
  readonly seed: number;
  readonly around: Surroundings;
}

export interface LidarJob {
  readonly sensor: 'lidar';
  readonly spec: LidarSpec;
  readonly frameId: string;
  readonly stampNs: bigint;
  readonly seed: number;
  readonly around: Surroundings;
}

export type SensorJob = CameraJob | LidarJob;

/** Does one job at a time and keeps renderers, encoders and buffers for the next. */
export class SensorBench {
  readonly #cameras = new Map<string, Promise<{ renderer: CameraRenderer; encoder: JpegEncoder }>>();
  #scanner: LidarScanner | undefined;

  /** The payload of the finished message; the caller owns it. */
  async run(job: SensorJob): Promise<Uint8Array> {
    return job.sensor === 'camera' ? await this.#photograph(job) : this.#scan(job);
  }

  async #photograph(job: CameraJob): Promise<Uint8Array> {
    const { spec } = job;
    let ready = this.#cameras.get(spec.name);
    if (!ready) {
      ready = createJpegEncoder(spec.width, spec.height).then((encoder) => ({
        renderer: new CameraRenderer(spec),
        encoder,
      }));
      this.#cameras.set(spec.name, ready);
    }
    const { renderer, encoder } = await ready;
    renderer.render(job.around, job.seed, encoder.pixels());
    const jpeg = encoder.encodedCopy(spec.quality);
    const message = job.encoding === 'cdr' ? compressedImageMessage : foxgloveImageMessage;
    return message(job.stampNs, job.frameId, jpeg);
  }

  #scan(job: LidarJob): Uint8Array {
    this.#scanner ??= new LidarScanner(job.spec);
    const points = this.#scanner.scan(job.around, job.seed);
    return pointCloudMessage(job.stampNs, job.frameId, POINT_STEP_BYTES, points);
  }
}
