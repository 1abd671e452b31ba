/** What is docking now: the garage's list, and its events in between. */
import { useEffect, useState } from 'preact/hooks';
import { listen } from '../../kit/live.ts';
import { useAnswer } from '../../kit/use-answer.ts';
import { afterEvent, afterList, type Docking, type DockingEvent, type Dockings, type ListedDock } from './dockings.ts';

/** How long a docking that came through stays to be seen. */
const LINGER_MS = 30_000;

export interface DockingsNow {
  /** What failed stands last. */
  readonly dockings: readonly Docking[];
  readonly isKnown: boolean;
  readonly fault: Error | undefined;
  readonly news: string;
}

export function useDockings(): DockingsNow {
  const listed = useAnswer<{ docks: readonly ListedDock[] }>('/v1/garage/docks', {
    renewOn: ['drive', 'done', 'failed'],
  });
  const [dockings, setDockings] = useState<Dockings>(new Map());
  // With the first list, not before what it has is shown.
  const [isKnown, setKnown] = useState(false);
  const [news, setNews] = useState('');
  const docks = listed.value?.docks;
  useEffect(() => {
    if (!docks) return;
    setDockings((before) => afterList(before, docks, Date.now()));
    setKnown(true);
  }, [docks]);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const leave = listen((heard) => {
      if (!['progress', 'verdict', 'done', 'failed'].includes(heard.type)) return;
      const event = heard as unknown as DockingEvent;
      setDockings((before) => afterEvent(before, event));
      const told = newsOf(event);
      if (told !== '') setNews(told);
      if (event.type !== 'done') return;
      timers.add(setTimeout(() => setDockings((before) => without(before, event.dockId)), LINGER_MS));
    });
    return () => {
      leave();
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  const all = [...dockings.values()];
  return {
    dockings: [...all.filter(({ word }) => word !== 'failed'), ...all.filter(({ word }) => word === 'failed')],
    isKnown,
    fault: docks === undefined ? listed.fault : undefined,
    news,
  };
}

function newsOf(event: DockingEvent): string {
  if (event.type === 'verdict') {
    const { findings, summary } = event.verdict;
    return findings.length > 0 ? `${event.vehicleId}: ${summary}.` : '';
  }
  return event.type === 'failed' && event.code !== 'interrupted' ? `Docking failed: ${event.message}` : '';
}

/** Docked again meanwhile, it stays. */
const without = (before: Dockings, dockId: string): Dockings =>
  new Map([...before].filter(([id, { word }]) => id !== dockId || word !== 'done'));
