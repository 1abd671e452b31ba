/** The parts beside the timeline, in the order in which they stand: the map, the preview, the rates. Each is a folder here. */
import type { FunctionComponent } from 'preact';
import { MapPart } from './map/map-part.tsx';
import { PreviewPart } from './preview/preview-part.tsx';
import { RatesPart } from './rates/rates-part.tsx';
import type { FindingRow, TopicRow } from './rows.ts';
import type { DriveView } from './view-state.ts';

export interface PartProps {
  readonly view: DriveView;
  /** The topics of the drive by name, chosen or not. */
  readonly topics: readonly string[];
  readonly topicRows: readonly TopicRow[];
  readonly findings: readonly FindingRow[];
}

interface Part {
  /** `map`, `preview`, `rates`: its place in the page, and the end of its class. */
  readonly name: string;
  readonly title: string;
  readonly Part: FunctionComponent<PartProps>;
}

const PARTS: readonly Part[] = [
  { name: 'map', title: 'Where it went', Part: MapPart },
  { name: 'preview', title: 'What the cameras saw', Part: PreviewPart },
  { name: 'rates', title: 'How often topics came', Part: RatesPart },
];

export const Parts = (props: PartProps) => (
  <div class="parts">
    {PARTS.map(({ name, title, Part }) => (
      <section key={name} class={`part part-${name}`} aria-labelledby={`part-${name}`}>
        <h2 id={`part-${name}`}>{title}</h2>
        <Part {...props} />
      </section>
    ))}
  </div>
);
