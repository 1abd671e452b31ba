/** All that the board knows of the garage: asked for when events say that it changed, with progress laid over it as it comes. */
import { useEffect, useState } from 'preact/hooks';
import { listen } from '../../kit/live.ts';
import { type Answer, useAnswer } from '../../kit/use-answer.ts';
import { withAction, withListed } from './action-book.ts';
import type {
  ActionAnswer,
  BacklogAnswer,
  BayAnswer,
  DockAnswer,
  ProgressEvent,
  QueueEntry,
  SpoolAnswer,
} from './board-answers.ts';
import { comeFrom, type Progress, withProgress } from './live-progress.ts';
import { type Place, placesFromBays, placesFromDocks } from './places.ts';

/** Events of two hundred docks together draw the board so often. */
const DRAW_EVERY_MS = 250;
/** Of which progress is kept: the board is open for weeks. */
const DOCKS_MAX = 1000;
const GAUGES = { renewOn: ['tick', 'action', 'done', 'failed'] } as const;

export interface Garage {
  /** Undefined before the node has answered. */
  readonly places: readonly Place[] | undefined;
  readonly fault: Answer<unknown>['fault'];
  readonly hasBays: boolean;
  readonly spool: SpoolAnswer | undefined;
  readonly backlog: BacklogAnswer | undefined;
  readonly queue: readonly QueueEntry[];
  readonly actions: readonly ActionAnswer[];
  /** What was asked for from here is known at once. */
  readonly heardOf: (action: ActionAnswer) => void;
  readonly renewQueue: () => void;
}

export function useGarage(nowMs: number): Garage {
  const bays = useAnswer<{ bays: readonly BayAnswer[] }>('/v1/garage/bays', {
    renewOn: ['bays', 'tick', 'drive', 'verdict', 'done', 'failed', 'action'],
  });
  const hasBays = (bays.value?.bays.length ?? 0) > 0;
  const docks = useAnswer<{ docks: readonly DockAnswer[] }>(bays.value && !hasBays ? '/v1/garage/docks' : undefined, {
    renewOn: ['bays', 'tick', 'drive', 'staged', 'done', 'failed', 'action'],
  });
  const spool = useAnswer<SpoolAnswer>('/v1/garage/spool', GAUGES);
  const backlog = useAnswer<BacklogAnswer>('/v1/garage/backlog', GAUGES);
  const queue = useAnswer<{ queue: readonly QueueEntry[] }>('/v1/garage/queue', GAUGES);
  const progress = useProgress();
  const { actions, heardOf } = useActions();
  const bare = hasBays
    ? placesFromBays(bays.value?.bays ?? [])
    : docks.value && placesFromDocks(docks.value.docks, nowMs);
  return {
    places: bare?.map((place) => (place.disk ? { ...place, disk: withProgress(place.disk, progress) } : place)),
    fault: bays.fault ?? docks.fault,
    hasBays,
    spool: spool.value,
    backlog: backlog.value,
    queue: queue.value?.queue ?? [],
    actions,
    heardOf,
    renewQueue: queue.renew,
  };
}

function useProgress(): Progress {
  const [progress, setProgress] = useState<Progress>(new Map());
  useEffect(() => {
    const newest = new Map<string, ReturnType<typeof comeFrom>>();
    let due: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      due = undefined;
      setProgress(new Map(newest));
    };
    const leave = listen((event) => {
      const { type, dockId } = event;
      if (typeof dockId !== 'string') return;
      if (type !== 'progress') return;
      // It stays when the docking has ended, until the node's answer says so too.
      newest.delete(dockId);
      newest.set(dockId, comeFrom(event as unknown as ProgressEvent));
      const [oldest] = newest.keys();
      if (newest.size > DOCKS_MAX && oldest !== undefined) newest.delete(oldest);
      due ??= setTimeout(draw, DRAW_EVERY_MS);
    });
    return () => {
      leave();
      clearTimeout(due);
    };
  }, []);
  return progress;
}

function useActions(): Pick<Garage, 'actions' | 'heardOf'> {
  const [actions, setActions] = useState<readonly ActionAnswer[]>([]);
  const listed = useAnswer<{ actions: readonly ActionAnswer[] }>('/v1/garage/actions?limit=50', {
    renewOn: ['action'],
  });
  const heardOf = (action: ActionAnswer): void => setActions((before) => withAction(before, action));
  useEffect(() => {
    if (listed.value) setActions((before) => withListed(before, listed.value?.actions ?? []));
  }, [listed.value]);
  useEffect(() => listen((event) => event.type === 'action' && heardOf(event['action'] as ActionAnswer)), []);
  return { actions, heardOf };
}
