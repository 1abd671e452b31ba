import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import * as plan from './index.ts';

type Repeated = readonly [topic: string, schemaName: string | null, dataBytes: number, times: number];

/** The decisions over a sequence of messages, equal ones behind another counted. */
function decisionsOf({ messages }: { messages: readonly Repeated[] }): [group: string, times: number][] {
  const rule = new plan.GroupRule();
  const decisions: [string, number][] = [];
  for (const [topic, schemaName, dataBytes, times] of messages) {
    for (let i = 0; i < times; i += 1) {
      const group = rule.groupOf(topic, schemaName ?? undefined, dataBytes);
      const last = decisions.at(-1);
      if (last?.[0] === group) last[1] += 1;
      else decisions.push([group, 1]);
    }
  }
  return decisions;
}

describeGolden('the plan', {
  file: new URL('./golden/plan.json', import.meta.url),
  raise: 'raise PLAN_VERSION (libs/contracts/plan), or take the change back',
  makers: {
    constants: () =>
      Object.fromEntries(
        Object.entries(plan)
          .filter(([, value]) => typeof value !== 'function')
          .map(([name, value]) => [name, String(value)]),
      ),
    windowOf: (time: string) => String(plan.windowOf(BigInt(time))),
    thickSchemas: (names: readonly string[]) => names.filter(plan.isThickSchema),
    groups: decisionsOf,
  },
});

describe('the group rule', () => {
  const message = fc.record({
    topic: fc.constantFrom('/a', '/b', '/c'),
    schemaName: fc.constantFrom(undefined, 'std_msgs/String', 'sensor_msgs/Image'),
    bytes: fc.oneof(fc.nat(20_000), fc.nat(1_000_000)),
  });
  const decide = (messages: readonly { topic: string; schemaName: string | undefined; bytes: number }[]): string[] => {
    const rule = new plan.GroupRule();
    return messages.map(({ topic, schemaName, bytes }) => rule.groupOf(topic, schemaName, bytes));
  };

  it('decides about a prefix as about the whole', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 400 }), fc.nat(400), (messages, length) => {
        expect(decide(messages.slice(0, length))).toEqual(decide(messages).slice(0, length));
      }),
    );
  });

  it('never takes a topic back into the shared group', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 400 }), (messages) => {
        const alone = new Set<string>();
        for (const [i, group] of decide(messages).entries()) {
          const { topic } = messages[i] as (typeof messages)[number];
          if (alone.has(topic)) expect(group).toBe(topic);
          else if (group !== plan.SHARED_GROUP) alone.add(group);
        }
      }),
    );
  });

  it('lets just those topics leave whose first hundred messages average over 8 KiB', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(17_000), { minLength: 100, maxLength: 150 }), (sizes) => {
        const rule = new plan.GroupRule();
        const groups = sizes.map((bytes) => rule.groupOf('/t', undefined, bytes));
        const first = sizes.slice(0, 100).reduce((sum, bytes) => sum + bytes, 0);
        expect(groups.at(-1)).toBe(first / 100 > 8192 ? '/t' : plan.SHARED_GROUP);
      }),
    );
  });
});
