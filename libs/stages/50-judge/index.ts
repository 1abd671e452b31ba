/**
 * Stage 50, judge: is the drive complete? It looks at what the indexes say when a drive is docked and at every message
 * when it is cut, keeps numbers of bounded size of each topic, and judges them by the vehicle's profile. It stands beside
 * the flow: it holds nothing up, changes no byte, and what it finds is no loss.
 */
export { addEvidence, evidenceFrom } from './evidence.ts';
export { judge, type Judging } from './judge.ts';
export { learnProfile, type PastDrive, type PastTopic } from './learn-profile.ts';
export { MessageObserver } from './observe-messages.ts';
export { indexEvidence } from './read-index.ts';
export { TopicBook } from './topic-book.ts';
export { clockText } from './words.ts';
