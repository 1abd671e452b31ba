/** Topics that the profile requires and of which the drive has no message. */
import type { FindingFacts } from '@pitlane/contracts/verdict';
import type { Expectations } from './expectations.ts';
import type { JudgedTopic } from './judged-topic.ts';
import { hinted, nameText } from './words.ts';

export function findMissing(expectations: Expectations, topics: readonly JudgedTopic[]): FindingFacts[] {
  return expectations.missing(topics.map(({ seen }) => seen.topic)).map(({ topic, hint }) => ({
    topic,
    kind: 'missing',
    severity: 'error',
    startTime: null,
    endTime: null,
    expected: 1,
    seen: 0,
    unit: 'messages',
    count: 1,
    text: hinted(`${nameText(topic)} missing: no message of it in this drive`, hint),
  }));
}
