/** `/clock`, as ROS has it: the replay's time as messages among the others, in JSON. */
import { sha256Of } from '@pitlane/contracts/identity';
import { NS_PER_S } from '@pitlane/base/time';
import type { MergedChannel, MergedMessage } from '../export/merged-messages.ts';

export const CLOCK_TOPIC = '/clock';

const SCHEMA = {
  name: 'rosgraph_msgs/msg/Clock',
  encoding: 'jsonschema',
  data: new TextEncoder().encode(
    JSON.stringify({
      type: 'object',
      properties: {
        clock: { type: 'object', properties: { sec: { type: 'integer' }, nanosec: { type: 'integer' } } },
      },
    }),
  ),
};

/** @param index behind those of the plan's channels. */
export function clockMessages(index: number): (timeNs: bigint) => MergedMessage {
  const schemaSha256 = sha256Of(SCHEMA.data);
  const channel: MergedChannel = {
    index,
    topic: CLOCK_TOPIC,
    messageEncoding: 'json',
    metadata: {},
    schemaName: SCHEMA.name,
    schemaEncoding: SCHEMA.encoding,
    schemaSha256,
    schema: { ...SCHEMA, sha256: schemaSha256 },
    twin: 0,
  };
  let sequence = 0;
  return (timeNs) => {
    const clock = { sec: Number(timeNs / NS_PER_S), nanosec: Number(timeNs % NS_PER_S) };
    const data = new TextEncoder().encode(JSON.stringify({ clock }));
    return { channel, sequence: sequence++, logTimeNs: timeNs, publishTimeNs: timeNs, data };
  };
}
