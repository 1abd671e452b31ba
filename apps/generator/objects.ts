/** The perception stack's view of the moving world, as foxglove.SceneUpdate in JSON: one cube for each agent it tracks. */
import type { Random } from './random.ts';
import { type Agent, BOX_BUILDING, BOX_CAR, BOX_TREE } from './scene.ts';

const COLOURS = { car: { r: 0.2, g: 0.5, b: 1, a: 0.6 }, person: { r: 1, g: 0.6, b: 0.1, a: 0.7 } } as const;

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

export function sceneUpdateText(stampNs: bigint, agents: readonly Agent[], random: Random): string {
  const timestamp = { sec: Number(stampNs / 1_000_000_000n), nsec: Number(stampNs % 1_000_000_000n) };
  const tracked = agents.filter((agent) => agent.kind !== BOX_BUILDING && agent.kind !== BOX_TREE);
  const entities = tracked.map((agent) => {
    const jitter = (sigma: number): number => random.gaussian(sigma);
    return {
      timestamp,
      frame_id: 'base_link',
      id: agent.id,
      lifetime: { sec: 0, nsec: 200_000_000 },
      frame_locked: true,
      metadata: [{ key: 'confidence', value: Math.min(0.99, 0.9 + jitter(0.05)).toFixed(3) }],
      arrows: [],
      cubes: [
        {
          pose: {
            position: {
              x: rounded(agent.xM + jitter(0.05)),
              y: rounded(agent.yM + jitter(0.05)),
              z: rounded(agent.heightM / 2),
            },
            orientation: {
              x: 0,
              y: 0,
              z: rounded(Math.sin(agent.headingRad / 2)),
              w: rounded(Math.cos(agent.headingRad / 2)),
            },
          },
          size: {
            x: rounded(agent.lengthM + jitter(0.03)),
            y: rounded(agent.widthM + jitter(0.03)),
            z: rounded(agent.heightM + jitter(0.03)),
          },
          color: agent.kind === BOX_CAR ? COLOURS.car : COLOURS.person,
        },
      ],
      spheres: [],
      cylinders: [],
      lines: [],
      triangles: [],
      texts: [],
      models: [],
    };
  });
  return JSON.stringify({ deletions: [], entities });
}
