/** A deriving process that hangs over the first inner chunk, or dies of it where the object is called so. */
import type { DeriveAnswer, DeriveWord } from './derive-protocol.ts';

const tell = (answer: DeriveAnswer): void => void process.send?.(answer);
let object = '';

process.on('message', (word: DeriveWord) => {
  if (word.type === 'begin') {
    object = word.object;
    tell({ type: 'wanted', channelIds: word.channels.map(({ id }) => id) });
  } else if (object === 'deadly') process.exit(9);
});
process.on('disconnect', () => process.exit(0));
