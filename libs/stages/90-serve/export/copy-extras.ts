/** Copies metadata, attachments and channels without messages from an object of kind `extras` into an output file. */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { sha256Of } from '@pitlane/contracts/identity';
import { damaged, type ObjectBytes } from '../objects/object-bytes.ts';
import type { SchemaOf } from '../objects/object-index.ts';
import {
  attachmentFrom,
  channelFrom,
  Fields,
  Opcode,
  RECORD_HEAD_BYTES,
  schemaFrom,
} from '../objects/record-fields.ts';
import type { OutputFile } from './output-file.ts';
import { walkRecords } from '../objects/walk-records.ts';

export async function copyExtras(
  bytes: ObjectBytes,
  object: string,
  objectBytes: number,
  output: OutputFile,
): Promise<void> {
  const schemas = new Map<number, SchemaOf>();
  try {
    for await (const { opcode, record } of walkRecords((start, end) => bytes.range(object, start, end), objectBytes)) {
      const fields = new Fields(record, RECORD_HEAD_BYTES);
      if (opcode === Opcode.DataEnd) return;
      if (opcode === Opcode.Metadata) await output.writer.addMetadata(fields.text(), fields.map());
      else if (opcode === Opcode.Attachment) await output.writer.addAttachment(attachmentFrom(fields));
      else if (opcode === Opcode.Schema) {
        const { id, schema } = schemaFrom(fields);
        schemas.set(id, { ...schema, sha256: sha256Of(schema.data) });
      } else if (opcode === Opcode.Channel) {
        const { topic, messageEncoding, metadata, schemaId } = channelFrom(fields).channel;
        const channel = {
          topic,
          messageEncoding,
          metadata: Object.fromEntries(metadata),
          schema: schemas.get(schemaId),
        };
        await output.declareSilent(channel);
      }
    }
  } catch (cause) {
    if (!isPitlaneError(cause, 'corrupt-input')) throw cause;
    throw damaged(object, messageOf(cause), cause);
  }
}
