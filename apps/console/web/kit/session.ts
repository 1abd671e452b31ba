/**
 * Whether this browser may act: a code from `pitlane board` in the address is traded once for a session, and leaves the
 * address before anything else is asked.
 */
import { signal } from '@preact/signals';
import { get, post } from './node-api.ts';

export const mayAct = signal(false);

export async function openSession(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    await post('/v1/session', { code }).catch(() => undefined);
  }
  await get<{ mayAct: boolean }>('/v1/session').then(
    (session) => (mayAct.value = session.mayAct),
    () => (mayAct.value = false),
  );
}
