/** What a garage tells whoever watches it: what its docks tell, and what else a board shows. Plain JSON throughout. */
import type { ActionStatus } from './actions/action-status.ts';
import type { DockEvent } from './dock-result.ts';

export type GarageEvent =
  | DockEvent
  /** Somebody asked for something, or what was asked for has ended. */
  | { readonly type: 'action'; readonly action: ActionStatus }
  /** What is in the bays is not what it was: ask for it again. */
  | { readonly type: 'bays' }
  /** From here on everything is heard. */
  | { readonly type: 'listening' }
  /** What was missed is not known any more: ask for everything again. */
  | { readonly type: 'reset' };
