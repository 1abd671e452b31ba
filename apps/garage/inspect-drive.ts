/** The files of a drive before any of them is staged: what each is, and what their indexes say of the drive. */
import { ENDINGS_BESIDE } from '@pitlane/formats/all';
import type { SourceFile } from '@pitlane/ports/drive-source';
import { sidecarPathOf } from '@pitlane/stages/10-discover';
import { inspections } from './chunker-inspections.ts';
import type { DriveDocking } from './docking.ts';
import { type InspectedFile, ownerOf } from './drive-identity.ts';
import { QuickVerdict } from './drive-verdict.ts';

export async function inspectDrive(docking: DriveDocking): Promise<InspectedFile[]> {
  const { found, intake, tools, progress, chunkers, signal } = docking;
  const files: InspectedFile[] = [];
  const quick = new QuickVerdict();
  const onGivenUp = (path: string, reason: string): void =>
    tools.telemetry.warn('inspection.given-up', { path, reason });
  const places = found.files.map(({ path }) => intake.at(path));
  const paths = places.map(({ path }) => path);
  const listed = endingsIn(found.files);
  const endings = Object.fromEntries(
    places.map((place, i) => [place.path, place.endings ?? listed.get(found.files[i]?.path ?? '') ?? []]),
  );
  for await (const one of inspections(places[0]?.root ?? '', paths, { chunkers, signal, onGivenUp, endings })) {
    const { evidence, ...inspected } = one;
    const file = found.files[files.length] as SourceFile;
    quick.add(file.path, inspected.format !== undefined, evidence);
    files.push({ file, ...inspected });
    progress.expect('stage', file.bytes);
    progress.expect('chunk', file.bytes);
  }
  progress.totalKnown('stage');
  await tellQuickVerdict(docking, quick);
  return files;
}

/** Before anything is staged: whoever stands beside the car hears what is missing while it is there. */
async function tellQuickVerdict({ request, found, tools, judged }: DriveDocking, quick: QuickVerdict): Promise<void> {
  const { sidecar, folder } = found;
  const { vehicleId } = ownerOf(request, sidecar, tools.settings.tenant, sidecarPathOf(folder));
  const verdict = await quick.judge({ vehicleId, labels: sidecar.labels }, tools);
  if (verdict) judged(sidecar.driveId ?? null, vehicleId, verdict);
}

/** By path: the endings of listed files that may belong to it. Only names tell; the content of each decides. */
function endingsIn(files: readonly SourceFile[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path } of files) {
    const ending = ENDINGS_BESIDE.find((one) => path.endsWith(one));
    if (ending === undefined) continue;
    const of = path.slice(0, -ending.length);
    found.set(of, [...(found.get(of) ?? []), ending]);
  }
  return found;
}
