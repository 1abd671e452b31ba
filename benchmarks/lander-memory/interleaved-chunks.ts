/** Chunks that grow at the lander all at once, in rounds: each begins when all of the one before have landed. */
import { fileURLToPath } from 'node:url';
import { Program } from '../harness/program.ts';
import type { Services } from '../harness/services.ts';
import type { Cloud } from '../link/cloud.ts';

export const CHUNKS = 64;
const INTERLEAVE = fileURLToPath(new URL('interleave-frames.ts', import.meta.url));

/** Until `isEnough`, which is asked after each round. */
export async function landInterleaved(
  cloud: Cloud,
  services: Services,
  isEnough: (rounds: number) => boolean,
): Promise<void> {
  await using garage = new Program<readonly string[]>(INTERLEAVE, [services.kafka, String(CHUNKS)]);
  await garage.next();
  for (let rounds = 0; !isEnough(rounds); rounds += 1) {
    garage.tell({ name: `interleaved ${garage.pid} ${rounds}` });
    await cloud.landed(await garage.next());
  }
}
