/** One place in full: what is said of its disk, which disk it is, and what may be done, each with its key, or why not. */
import type { ComponentChildren } from 'preact';
import { NONE, textFromBytes } from '../../kit/figures.ts';
import { mayAct } from '../../kit/session.ts';
import type { Shown } from './arrangement.ts';
import { faceFrom, msFrom, utcFaceFrom } from './clock-face.ts';
import type { DiskAnswer } from './board-answers.ts';
import type { Deed } from './deeds.ts';
import { useFindings } from './findings.ts';
import { hardwareText, sentenceFrom, verdictText } from './said.ts';
import { Sheet } from './sheet.tsx';
import { Sign } from './sign.tsx';
import { troubleOf } from './tile.tsx';

interface BaySheetProps extends Shown {
  readonly deeds: readonly Deed[];
  readonly nowMs: number;
  readonly onDeed: (deed: Deed) => void;
  readonly onClose: () => void;
}

export function BaySheet({ place, said, deeds, nowMs, onDeed, onClose }: BaySheetProps) {
  const { number, name, disk } = place;
  const trouble = troubleOf(place);
  return (
    <Sheet title={`${number} · ${name}`} name="bay-sheet" onClose={onClose}>
      <p class={`sheet-word ${said.tone}`}>
        <Sign said={said} />
        <b>{said.lines.filter(Boolean).join(' ')}</b>
        {said.clock ? <span>{`${said.clock.label} ${said.clock.face}`}</span> : null}
      </p>
      {trouble ? <p class="marked">{trouble}</p> : null}
      <p>{sentenceFrom(said.text)}</p>
      {disk ? <DiskFacts place={place} nowMs={nowMs} /> : null}
      {mayAct.value ? null : <HowToAct />}
      <ul class="deeds" aria-label="What may be done">
        {deeds.map((deed) => (
          <li key={deed.key}>
            <button type="button" disabled={deed.hindrance !== undefined || !mayAct.value} onClick={() => onDeed(deed)}>
              <kbd>{deed.key}</kbd> {deed.name}
            </button>
            <small class="muted">{deed.hindrance ?? `code ${number}${deed.key}`}</small>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

export const HowToAct = () => (
  <p class="how-to-act">
    <b>This page may look, not act.</b> Run <code>npx pitlane board</code> on the node and open the link that it prints.
  </p>
);

function DiskFacts({ place, nowMs }: { readonly place: Shown['place']; readonly nowMs: number }) {
  const { disk, vehicleIds, path } = place;
  if (!disk) return null;
  const { receiptIds = [], driveIds, lastVehicleIds = [], health, bytesTotal, safeToPullAt } = disk;
  const atMs = msFrom(safeToPullAt);
  return (
    <dl class="facts-list">
      <Fact name="Car">{vehicleIds.join(', ') || 'Not named yet'}</Fact>
      <Fact name="Disk">
        {sentenceFrom(hardwareText(disk))}
        {lastVehicleIds.length > 0 ? `; last in ${lastVehicleIds.join(', ')}` : ''}
      </Fact>
      {health ? <Fact name="Health">{health.text}</Fact> : null}
      <Fact name="Place">{path}</Fact>
      {typeof bytesTotal === 'number' ? <Fact name="Holds">{textFromBytes(bytesTotal)}</Fact> : null}
      {atMs === undefined ? null : (
        <Fact name="Safe to pull">{`${faceFrom(atMs, nowMs)} here, ${utcFaceFrom(atMs)}`}</Fact>
      )}
      <Fact name="Drives">
        {driveIds.length === 0
          ? NONE
          : driveIds.map((driveId) => (
              <a key={driveId} href={`/drives/${encodeURIComponent(driveId)}`}>
                {driveId}
              </a>
            ))}
      </Fact>
      <Fact name="Verdict">
        <Verdict disk={disk} />
      </Fact>
      <Fact name="Receipt">{receiptIds.join(', ') || 'None yet'}</Fact>
    </dl>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

const FINDINGS_SHOWN = 5;

function Verdict({ disk }: { readonly disk: DiskAnswer }) {
  const found = useFindings(disk, FINDINGS_SHOWN);
  return (
    <>
      {verdictText(disk) ?? 'Not judged yet'}
      {found.map((text) => (
        <span key={text} class="finding">
          ▲ {text}
        </span>
      ))}
    </>
  );
}
