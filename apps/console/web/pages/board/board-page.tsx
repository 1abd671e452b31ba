/**
 * The technician's board: a tile a bay, read from five metres, worked with gloves. It is the whole screen, and nothing on it
 * moves but what changes.
 */
import { useEffect } from 'preact/hooks';
import { Shown as Answered } from '../../kit/quiet.tsx';
import { mayAct } from '../../kit/session.ts';
import { waitingOf } from './action-book.ts';
import { type Shown, summaryOf } from './arrangement.ts';
import { AuditSheet } from './audit-sheet.tsx';
import { BaySheet } from './bay-sheet.tsx';
import './board.css';
import { ChangesTold } from './changes-told.tsx';
import { CodesSheet } from './codes-sheet.tsx';
import { DeedSheet } from './deed-sheet.tsx';
import { deedsOf } from './deeds.ts';
import { Floor } from './floor.tsx';
import { Foot } from './foot.tsx';
import { waitingText } from './gauges.ts';
import { NoPlaces } from './no-places.tsx';
import { nodeNowMs, runClock } from './node-clock.ts';
import { QueueSheet } from './queue-sheet.tsx';
import { saidOf } from './said.ts';
import './sheets.css';
import { Strip } from './strip.tsx';
import './tile.css';
import { UndoBar, useUndo } from './undo-bar.tsx';
import { type Garage, useGarage } from './use-garage.ts';
import { type Open, useHands } from './use-hands.ts';

export default function BoardPage() {
  useEffect(runClock, []);
  const nowMs = nodeNowMs.value;
  const garage = useGarage(nowMs);
  const { places, fault, spool, backlog, queue, actions, heardOf } = garage;
  const shown = (places ?? []).map((place) => ({ place, said: saidOf(place, nowMs) }));
  const { undo, trouble } = useUndo(heardOf);
  const hands = useHands({ places: places ?? [], queue, newestWaiting: waitingOf(actions)[0], heardOf, undo });
  const chunks = queue.reduce((sum, { chunksWaiting }) => sum + chunksWaiting, 0);
  return (
    <div class="board">
      <Strip
        {...{ fault, spool, backlog, nowMs }}
        summary={places ? summaryOf(shown) || 'Waiting for the first disk' : 'Asking the node…'}
      />
      {places === undefined ? (
        <div class="floor">
          {fault ? (
            <Answered answer={{ ...UNANSWERED, fault }} what="the bays">
              {() => null}
            </Answered>
          ) : null}
        </div>
      ) : shown.length === 0 ? (
        <div class="floor">
          <NoPlaces />
        </div>
      ) : (
        <Floor {...{ shown, queue }} selected={hands.selected} onOpen={hands.open} />
      )}
      <Foot
        said={trouble ?? hands.said}
        waiting={queue.length === 0 ? '' : waitingText(queue.length, chunks)}
        onOpen={(name) => hands.show({ sheet: name })}
      />
      <UndoBar actions={actions} nowMs={nowMs} onUndo={undo} />
      <ChangesTold shown={shown} />
      <OpenSheet {...{ open: hands.shown, show: hands.show, shown, garage, nowMs, undo }} />
    </div>
  );
}

const UNANSWERED = { value: undefined, isWaiting: false, renew: () => location.reload() };

interface OpenSheetProps {
  readonly open: Open | undefined;
  readonly show: (open: Open | undefined) => void;
  readonly shown: readonly Shown[];
  readonly garage: Garage;
  readonly nowMs: number;
  readonly undo: ReturnType<typeof useUndo>['undo'];
}

function OpenSheet({ open, show, shown, garage, nowMs, undo }: OpenSheetProps) {
  const { queue, backlog, actions, heardOf } = garage;
  const onClose = (): void => show(undefined);
  if (open?.sheet === 'queue')
    return <QueueSheet {...{ queue, backlog, actions, nowMs, onClose }} onAsked={heardOf} onUndo={undo} />;
  if (open?.sheet === 'audit') return <AuditSheet {...{ actions, nowMs, onClose }} />;
  if (open?.sheet === 'codes') return <CodesSheet places={shown.map(({ place }) => place)} onClose={onClose} />;
  const one = shown.find(({ place }) => place.number === open?.number);
  if (!open || !one) return null;
  const deeds = deedsOf(one.place, queue);
  const deed = deeds.find(({ key }) => key === open.deed);
  if (!deed || !mayAct.value)
    return (
      <BaySheet
        {...one}
        {...{ deeds, nowMs, onClose }}
        onDeed={({ key }) => show({ sheet: 'bay', number: one.place.number, deed: key })}
      />
    );
  const onAsked: Garage['heardOf'] = (action) => {
    heardOf(action);
    onClose();
  };
  return <DeedSheet place={one.place} {...{ deed, nowMs, onClose, onAsked }} />;
}
