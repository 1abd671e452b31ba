/** How every journal must find likely copies: see `isLikelyCopy`. */
import { type DriveId, type Sha256Hex, sha256Of } from '@pitlane/contracts/identity';
import type { ContractCase } from '../contract/index.ts';
import { assertSame, ofTenant, recordingOf } from './contract-recordings.ts';
import type { Beginning, Journal, RecordingEntry } from './index.ts';

/** A file whose content and length are said by words: prefixes agree as long as the words do. */
function beginningOf(words: string, given: Partial<Beginning> = {}): Beginning {
  const prefixSha256 = words.split(' ').map((_, at, all): Sha256Hex => sha256Of(all.slice(0, at + 1).join(' ')));
  return { prefixSha256, firstMessageSha256: sha256Of('first message'), startTime: '5', ...given };
}

function kept(journal: Journal, tenant: string, name: string, beginning: Beginning | null, given = {}): RecordingEntry {
  const entry = recordingOf(tenant, name, { beginning, ...given });
  journal.putRecording(entry);
  return entry;
}

export const likelyCopiesContract: readonly ContractCase<Journal>[] = [
  ofTenant('finds copies by the longest prefix that both have, whichever is the longer', (journal, tenant) => {
    const half = kept(journal, tenant, 'half', beginningOf('a b'));
    const whole = kept(journal, tenant, 'whole', beginningOf('a b c d'));
    const other = kept(journal, tenant, 'other', beginningOf('a b x'));
    assertSame(journal.likelyCopies(half), [half, whole, other]);
    assertSame(journal.likelyCopies(whole), [half, whole]);
    const shorter = recordingOf(tenant, 'shorter', { beginning: beginningOf('a') });
    assertSame(journal.likelyCopies(shorter), [half, whole, other]);
    const none = recordingOf(tenant, 'none', { beginning: beginningOf('a', { prefixSha256: [] }) });
    assertSame(journal.likelyCopies(none), []);
  }),
  ofTenant('tells drives apart that begin with the same bytes, by their first message', (journal, tenant) => {
    const message = { firstMessageSha256: sha256Of('another first message') };
    const one = kept(journal, tenant, 'one', beginningOf('a b c'));
    const other = kept(journal, tenant, 'other', beginningOf('a b c', message));
    assertSame(journal.likelyCopies(one), [one]);
    assertSame(journal.likelyCopies(other), [other]);
  }),
  ofTenant('does not mind that half of an unordered log starts later than the whole', (journal, tenant) => {
    const half = kept(journal, tenant, 'half', beginningOf('a b', { startTime: '7' }));
    const whole = kept(journal, tenant, 'whole', beginningOf('a b c', { startTime: '5' }));
    assertSame(journal.likelyCopies(whole), [half, whole]);
  }),
  ofTenant(
    'goes by the start where a first message is not known, and by the head where nothing is',
    (journal, tenant) => {
      const unread = { firstMessageSha256: null };
      const whole = kept(journal, tenant, 'whole', beginningOf('a b c'));
      const half = kept(journal, tenant, 'half', beginningOf('a b', unread));
      const later = kept(journal, tenant, 'later', beginningOf('a b', { ...unread, startTime: '6' }));
      const empty = kept(journal, tenant, 'empty', beginningOf('a b', { ...unread, startTime: null }));
      assertSame(journal.likelyCopies(whole), [whole, half]);
      assertSame(journal.likelyCopies(half), [whole, half]);
      assertSame(journal.likelyCopies(later), [later]);
      assertSame(journal.likelyCopies(empty), [empty]);
      const { headSha256 } = empty;
      const longer = recordingOf(tenant, 'longer', { headSha256, beginning: empty.beginning });
      assertSame(journal.likelyCopies(longer), [empty]);
    },
  ),
  ofTenant('finds the entries of an earlier version by their head', (journal, tenant) => {
    const old = kept(journal, tenant, 'old', null);
    const { headSha256 } = old;
    const likely = recordingOf(tenant, 'likely', { headSha256, beginning: beginningOf('a b') });
    assertSame(journal.likelyCopies(likely), [old]);
    assertSame(journal.likelyCopies(recordingOf(tenant, 'unlike', { beginning: beginningOf('a b') })), []);
  }),
  ofTenant('finds copies in every drive, of the same tenant and format alone', (journal, tenant) => {
    const beginning = beginningOf('a b c');
    const one = kept(journal, tenant, 'one', beginning);
    const elsewhere = kept(journal, tenant, 'one', beginning, { driveId: 'elsewhere' as DriveId });
    kept(journal, `${tenant}-foreign`, 'one', beginning);
    kept(journal, tenant, 'bag', beginning, { format: 'rosbag1' });
    const opaque = kept(journal, tenant, 'opaque', beginning, { format: 'opaque' });
    assertSame(journal.likelyCopies(one), [one, elsewhere]);
    assertSame(journal.likelyCopies(opaque), []);
  }),
];
