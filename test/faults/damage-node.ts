/** A node in a process of its own that is given damaged and hostile drives, and what must be true after each. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { type RunningCommand, startCommand, until } from '../support/command.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { messagesIn, smallLog } from '../support/small-log.ts';

export class DamageNode implements AsyncDisposable {
  readonly node: NodeUnderTest;
  readonly up: RunningCommand;
  /** Of its own; home and docked disks lie in it. */
  readonly folder: string;
  readonly #scratch: AsyncDisposable;
  #disks = 0;

  private constructor(node: NodeUnderTest, up: RunningCommand, scratch: AsyncDisposable & { path: string }) {
    this.node = node;
    this.up = up;
    this.folder = scratch.path;
    this.#scratch = scratch;
  }

  static async start(environment: Readonly<Record<string, string>>): Promise<DamageNode> {
    const scratch = await scratchFolder();
    const home = path.join(scratch.path, 'home');
    const up = startCommand(['up', '--port', '0', '--home', home, '--json'], { environment });
    if (!(await until(() => up.said.stdout.includes('}'), 60_000))) throw new Error(up.said.stderr);
    return new DamageNode(await NodeUnderTest.attach(home), up, scratch);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.up.signalAll('SIGKILL');
    await this.up.ended;
    await this.#scratch[Symbol.asyncDispose]();
  }

  /** A folder to dock. */
  async disk(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
    const folder = path.join(this.folder, 'disks', String((this.#disks += 1)));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    return folder;
  }

  /** The byte ranges that a recording's diary names are kept, and are the file's. */
  async expectKept(driveId: string, recordingId: string, bytes: Uint8Array): Promise<void> {
    const of = `drive_id = '${driveId}'`;
    const losses = await this.node.rows(`SELECT byte_offset, bytes, kept_in FROM losses WHERE ${of}
      AND recording_id = '${recordingId}' ORDER BY byte_offset`);
    // Parts that are alike are one object, which then comes more than once.
    const objects = await this.node.rows(`SELECT t.chunk_id, c.object, c.kind FROM chunk_topics t
      JOIN chunks c USING (tenant, drive_id, chunk_id) WHERE t.${of} AND t.recording_id = '${recordingId}'
      AND c.kind IN ('unread', 'opaque') ORDER BY t.ordinal`);
    const kept = Buffer.concat(await Promise.all(objects.map(({ object }) => this.node.rawBytes(String(object)))));
    if (objects.some(({ kind }) => kind === 'opaque'))
      return expect(kept.equals(bytes), 'the file, byte for byte').toBe(true);
    const ids = new Set(objects.map(({ chunk_id: id }) => id));
    for (const loss of losses) if (Number(loss['bytes']) > 0) expect(ids.has(loss['kept_in'] as string)).toBe(true);
    const lost = losses.map(({ byte_offset: at, bytes: length }) =>
      bytes.subarray(Number(at), Number(at) + Number(length)),
    );
    return expect(kept.equals(Buffer.concat(lost)), 'the unread ranges, byte for byte').toBe(true);
  }

  /** Docks a log that nothing is wrong with, and expects all of it. */
  async expectHealthy(seed: number): Promise<void> {
    const log = smallLog({ seed, seconds: 70 });
    const healthy = await this.node.dockOne(
      await this.disk({ 'healthy.mcap': log, 'pitlane.drive.json': `{"driveId":"healthy-${seed}"}` }),
    );
    expect(healthy.loss).toEqual([]);
    expect(healthy.receiptId).not.toBeNull();
    expect(healthy.recordings.map(({ opaqueReason }) => opaqueReason)).toEqual([null, null]);
    expect((await this.node.exportedLines(healthy.driveId)).length).toBe(messagesIn({ seconds: 70 }));
    expect(await this.node.verify(healthy.driveId)).toMatchObject([{ ok: true }]);
  }
}
