/** The dockings that go on: a card each, with a bar for every stage from the car's disk to the catalog, and the verdict. */
import { CutName } from '../../kit/table.tsx';
import { type Docking, type DockingVerdict, STAGES, type StageProgress } from './dockings.ts';
import './docking-cards.css';
import { progressFrom } from './progress.ts';

/** The drive's page has them all. */
const FINDINGS_SHOWN = 5;

export const DockingCards = ({ dockings }: { readonly dockings: readonly Docking[] }) => (
  <ul class="dockings">
    {dockings.map((docking) => (
      <DockingCard key={docking.dockId} docking={docking} />
    ))}
  </ul>
);

function DockingCard({ docking }: { readonly docking: Docking }) {
  const { path, word, stages, verdicts } = docking;
  const tailLength = Math.min(28, Array.from(path.split('/').at(-1) ?? '').length + 1);
  const folders = Object.entries(verdicts);
  return (
    <li class={`docking ${word}`}>
      <div class="docking-head">
        <CutName name={path} tailLength={tailLength} />
        <span class="docking-word">{word === 'failed' ? '▲ failed' : word === 'done' ? '✓ done' : word}</span>
      </div>
      {word === 'failed' && !stages ? null : (
        <ol class="docking-stages">
          {STAGES.map((stage) => (
            <StageBar key={stage} stage={stage} progress={stages?.[stage]} />
          ))}
        </ol>
      )}
      <p class="docking-note">
        <Note docking={docking} />
      </p>
      {folders.map(([folder, verdict]) => (
        <Verdict key={folder} name={folders.length > 1 ? folder : ''} verdict={verdict} />
      ))}
    </li>
  );
}

function Note({ docking: { word, fault, driveIds } }: { readonly docking: Docking }) {
  if (word === 'failed') return <>{fault.replace(/[.\s]*$/, '.')} Docked again, it goes on where it stopped.</>;
  if (word === 'interrupted') return <>The node is stopping. It goes on with this when it starts again.</>;
  if (driveIds.length === 0) return <> </>;
  return (
    <>
      {driveIds.length > 1 ? `${driveIds.length} drives: ` : ''}
      {driveIds.map((driveId, at) => (
        <span key={driveId}>
          {at > 0 ? ', ' : ''}
          <a href={`/drives/${encodeURIComponent(driveId)}`}>{driveId}</a>
        </span>
      ))}
    </>
  );
}

function StageBar({ stage, progress }: { readonly stage: string; readonly progress: StageProgress | undefined }) {
  const { share, percent, bytes, isWhole } = progressFrom(progress);
  return (
    <li class={`docking-stage ${isWhole ? 'is-whole' : ''}`}>
      <span class="docking-stage-name">{stage}</span>
      <span class="docking-percent">{percent}</span>
      <div
        class="docking-bar"
        role="progressbar"
        aria-label={stage}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={`${percent}, ${bytes}`}
      >
        <div class="docking-fill" style={{ transform: `scaleX(${share})` }} />
      </div>
      <span class="docking-bytes">{bytes}</span>
    </li>
  );
}

function Verdict({ name, verdict }: { readonly name: string; readonly verdict: DockingVerdict }) {
  const { summary, isComplete, judgedFrom, findings, notes } = verdict;
  const from = judgedFrom === 'index' ? 'so far, from the index' : 'from every message';
  const mark = isComplete ? '✓ ' : findings.length > 0 ? '▲ ' : '';
  const more = findings.length - FINDINGS_SHOWN;
  return (
    <div class="docking-verdict">
      <p class={isComplete ? 'docking-verdict-word good' : 'docking-verdict-word'} title={notes.join('\n')}>
        {mark}
        {name ? `${name}: ` : ''}
        {summary}, {from}
      </p>
      {findings.slice(0, FINDINGS_SHOWN).map(({ text, severity }, at) => (
        <p key={at} class={severity === 'error' ? 'docking-finding error' : 'docking-finding'}>
          {text}
        </p>
      ))}
      {more > 0 ? <p class="docking-finding">and {more} more</p> : null}
    </div>
  );
}
