/** What was clicked on the timeline, in words: a run with its state and reason, or what happened at a mark. */
import type { ComponentChildren } from 'preact';
import { counted, textFromTime } from '../../../kit/figures.ts';
import { lookAt } from '../look-at.ts';
import type { LossRow } from '../rows.ts';
import type { DriveView } from '../view-state.ts';
import { WhyButton } from '../why.tsx';
import { EVERY_TOPIC, type Run } from './lanes.ts';
import type { Mark } from './marks.ts';
import { lengthText, momentText } from './ticks.ts';

export type Picked = { readonly kind: 'run'; readonly run: Run } | { readonly kind: 'mark'; readonly mark: Mark };

interface PickedProps {
  readonly view: DriveView;
  readonly picked: Picked | undefined;
  readonly losses: readonly LossRow[];
}

const STATES: Readonly<Record<string, string>> = {
  indexed: 'It is in the store and in the catalog.',
  landed: 'It is in the store; its row in the catalog is still to come.',
  'in-flight': 'It is on its way to the store.',
  'on-dock': 'It is on the garage’s dock, and has still to be sent.',
  'on-car': 'It stays on the disk: a filter keeps it there.',
  lost: 'It could not be read.',
  gap: 'Nothing came, although the drive went on.',
};

export function PickedRun({ view, picked, losses }: PickedProps) {
  if (!picked)
    return <p class="picked muted">Click a bar for its state and its reason. Drag to select a stretch of time.</p>;
  if (picked.kind === 'mark') return <PickedMark view={view} mark={picked.mark} />;
  const { run } = picked;
  const length = run.endNs - run.startNs;
  const told = run.look === 'lost' ? lossTexts(run, losses) : [];
  return (
    <div class={`picked ${run.look === 'lost' || run.look === 'gap' ? 'bad' : ''}`} role="status">
      <p>
        <strong>{run.topic === EVERY_TOPIC ? 'All topics together' : run.topic}</strong>:{' '}
        {STATES[run.state] ?? `It is ${run.state}.`} {run.reason ? <b>{sentence(run.reason)}</b> : null}
      </p>
      {told.map((text) => (
        <p key={text}>{text}</p>
      ))}
      <p>
        {textFromTime(String(run.startNs)).slice(0, 10)} {momentText(run.startNs, length)} to{' '}
        {momentText(run.endNs, length)}, {lengthText(length)}
        {run.messages === null ? '' : `, ${counted(run.messages, 'message')}`}
      </p>
      <Actions view={view} at={run}>
        <WhyButton view={view} id={run.topic === EVERY_TOPIC || run.look === 'lost' ? view.driveId : run.topic} />
      </Actions>
    </div>
  );
}

function PickedMark({ view, mark }: { readonly view: DriveView; readonly mark: Mark }) {
  const shown = mark.happenings.slice(0, 5);
  const more = mark.happenings.length - shown.length;
  return (
    <div class="picked" role="status">
      {shown.map((one) => (
        <div key={`${one.startNs} ${one.word} ${one.text}`} class="picked-one">
          <p>
            <strong>
              {one.kind === 'event' ? 'Event' : 'Finding'}: {one.word}
            </strong>{' '}
            at {momentText(one.startNs, 0n)}
            {one.text === '' ? '' : `: ${one.text}`}
          </p>
          <Actions view={view} at={one}>
            <WhyButton view={view} id={view.driveId} />
          </Actions>
        </div>
      ))}
      {more > 0 ? <p>And {more} more here: zoom in to part them.</p> : null}
    </div>
  );
}

interface ActionsProps {
  readonly view: DriveView;
  readonly at: { readonly startNs: bigint; readonly endNs: bigint };
  readonly children?: ComponentChildren;
}

const Actions = ({ view, at, children }: ActionsProps) => (
  <p class="picked-actions">
    <button type="button" onClick={() => lookAt(view, at.startNs, at.endNs)}>
      Select and show it
    </button>
    {children}
  </p>
);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.]$/, '')}.`;

function lossTexts({ topic, startNs, endNs }: Run, losses: readonly LossRow[]): string[] {
  const ofRun = losses.filter(({ topics, startTime, endTime }) => {
    const isOfTopic = topics === null || topics.length === 0 || topics.includes(topic);
    const isBefore = endTime !== null && BigInt(endTime) < startNs;
    return isOfTopic && !isBefore && !(startTime !== null && BigInt(startTime) > endNs);
  });
  return [...new Set(ofRun.map(({ text, path }) => `${path}: ${text}`))].slice(0, 3);
}
