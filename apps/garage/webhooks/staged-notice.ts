/**
 * `drive.staged` for the drives of one dock: each is told of when it has its name and the disk may leave, whichever comes
 * last. The disk leaves as a whole, so nothing is told of its first drive while another is still being copied.
 */
import type { WebhookDrive, WebhookEvent } from '@pitlane/contracts/webhook';
import type { DockEntry } from '@pitlane/ports/journal';

export class StagedNotice {
  readonly #garage: string;
  readonly #dock: Pick<DockEntry, 'dockId' | 'path'>;
  readonly #tell: (event: WebhookEvent) => void;
  readonly #waiting: WebhookDrive[] = [];
  #text: string | undefined;

  constructor(garage: string, dock: Pick<DockEntry, 'dockId' | 'path'>, tell: (event: WebhookEvent) => void) {
    this.#garage = garage;
    this.#dock = dock;
    this.#tell = tell;
  }

  named({ tenant, driveId, vehicleId }: WebhookDrive): void {
    this.#waiting.push({ tenant, driveId, vehicleId });
    this.#tellAll();
  }

  /** @param text how its files were verified */
  safeToPull(text: string): void {
    this.#text = text;
    this.#tellAll();
  }

  #tellAll(): void {
    if (this.#text === undefined) return;
    const { dockId, path } = this.#dock;
    const data = { garage: this.#garage, dockId, path, safeToPull: true, text: this.#text } as const;
    for (const drive of this.#waiting.splice(0)) this.#tell({ type: 'drive.staged', drive, data });
  }
}
