/** A drive: what it is, what there is of it and what is not, and every way to take a part of it along. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Refusal } from '../../kit/node-api.ts';
import { Quiet } from '../../kit/quiet.tsx';
import type { PageParameters } from '../../kit/routes.ts';
import { useAnswer } from '../../kit/use-answer.ts';
import { Chunks } from './chunks/chunks.tsx';
import { Coverage } from './coverage.tsx';
import './drive.css';
import { DriveHead } from './head.tsx';
import { Clocks, Losses } from './losses.tsx';
import { Parts } from './parts.tsx';
import { Receipts } from './receipt/receipt.tsx';
import type {
  ClockRow,
  CorrectionRow,
  CoverageRow,
  DriveRow,
  EventRow,
  FindingRow,
  GapRow,
  LossRow,
  TopicRow,
  VerdictRow,
} from './rows.ts';
import { SliceBar } from './slice/slice-bar.tsx';
import { Story } from './story.tsx';
import { useRows } from './use-rows.ts';
import { Events, Verdict } from './verdict.tsx';
import { type DriveView, openDriveView, spanFrom } from './view-state.ts';
import { WhyButton, WhySheet } from './why.tsx';

const NEWS = ['drive', 'done', 'failed'] as const;

export default function DrivePage({ driveId = '' }: PageParameters) {
  return <OneDrive key={driveId} driveId={driveId} />;
}

function OneDrive({ driveId }: { readonly driveId: string }) {
  const [[view, close]] = useState(() => openDriveView(driveId));
  useEffect(() => close, [close]);
  const answer = useAnswer<DriveRow>(`/v1/drives/${encodeURIComponent(driveId)}`, { renewOn: NEWS });
  const { value: drive, fault } = answer;
  if (!drive && fault) return <NoDrive view={view} fault={fault} onRetry={answer.renew} />;
  return (
    <div class={drive ? 'drive' : 'drive drive-waiting'}>
      <DriveHead driveId={driveId} drive={drive} />
      {/* Its own row comes first: browsers ask six things at once, and nobody asks for the lists of a drive that is not there. */}
      {drive ? <Body view={view} drive={drive} /> : <Quiet>Reading the drive…</Quiet>}
      <WhySheet view={view} />
    </div>
  );
}

function Body({ view, drive }: { readonly view: DriveView; readonly drive: DriveRow }) {
  const { driveId } = view;
  const coverage = useRows<CoverageRow>('/v1/coverage', driveId, NEWS);
  const gaps = useRows<GapRow>('/v1/gaps', driveId, NEWS);
  const topicRows = useRows<TopicRow>('/v1/topics', driveId, NEWS);
  const events = useRows<EventRow>('/v1/events', driveId);
  const findings = useRows<FindingRow>('/v1/findings', driveId, ['verdict', 'done']);
  const verdicts = useRows<VerdictRow>('/v1/verdicts', driveId, ['verdict', 'done']);
  const losses = useRows<LossRow>('/v1/losses', driveId, NEWS);
  const clocks = useRows<ClockRow>('/v1/clocks', driveId, ['done']);
  const corrections = useRows<CorrectionRow>('/v1/corrections', driveId);
  const topics = useMemo(() => {
    const names = [...topicRows.rows, ...coverage.rows].map(({ topic }) => topic);
    return [...new Set(names)].sort();
  }, [topicRows.rows, coverage.rows]);
  useDriveTime(view, drive, coverage.rows);
  return (
    <>
      <Coverage
        view={view}
        topics={topics}
        coverage={coverage}
        gaps={gaps.rows}
        events={events.rows}
        findings={findings.rows}
        losses={losses.rows}
      />
      <SliceBar view={view} tenant={drive.tenant} topics={topics} />
      <Parts view={view} topics={topics} topicRows={topicRows.rows} findings={findings.rows} />
      <div class="cards">
        <div class="cards-column">
          <Story view={view} />
          <Events view={view} events={events} />
          <Clocks view={view} clocks={clocks} corrections={corrections} />
        </div>
        <div class="cards-column">
          <Verdict view={view} verdicts={verdicts} findings={findings} />
          <Losses view={view} losses={losses} />
          <Receipts view={view} />
        </div>
      </div>
      <Chunks view={view} total={drive.chunks} />
    </>
  );
}

/** From the first moment of it to behind the last, of the drive's own row and of its coverage. */
function useDriveTime(view: DriveView, drive: DriveRow, coverage: readonly CoverageRow[]): void {
  useEffect(() => {
    let whole = spanFrom(drive.startTime, drive.endTime);
    for (const { startTime, endTime } of coverage) {
      const span = spanFrom(startTime, endTime);
      if (!span) continue;
      whole = {
        startNs: whole && whole.startNs < span.startNs ? whole.startNs : span.startNs,
        endNs: whole && whole.endNs > span.endNs ? whole.endNs : span.endNs,
      };
    }
    view.drive.value = whole && { startNs: whole.startNs, endNs: whole.endNs + 1n };
  }, [view, drive, coverage]);
}

interface NoDriveProps {
  readonly view: DriveView;
  readonly fault: Error;
  readonly onRetry: () => void;
}

function NoDrive({ view, fault, onRetry }: NoDriveProps) {
  const isUnknown = fault instanceof Refusal && fault.status === 404;
  return (
    <>
      <DriveHead driveId={view.driveId} drive={undefined} />
      <Quiet isBad>
        <p>
          <strong>{isUnknown ? 'There is no such drive here.' : 'Could not read the drive.'}</strong> {fault.message}
        </p>
        <p class="picked-actions">
          <button type="button" onClick={onRetry}>
            Try again
          </button>
          <WhyButton view={view} id={view.driveId}>
            Where is it?
          </WhyButton>
          <a class="button" href="/">
            All drives
          </a>
        </p>
      </Quiet>
      <WhySheet view={view} />
    </>
  );
}
