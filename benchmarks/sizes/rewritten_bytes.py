"""Prints how many bytes the Python MCAP writer needs for the same records: zstd, chunks of 1 MiB, all indexes.

Takes a file that lists MCAP files, one a line; each is rewritten in memory by itself.
"""

import io
import sys

from mcap.reader import make_reader
from mcap.writer import CompressionType, Writer

CHUNK_BYTES = 1024 * 1024


def rewritten_bytes(path):
    output = io.BytesIO()
    with open(path, "rb") as stream:
        reader = make_reader(stream)
        header = reader.get_header()
        writer = Writer(output, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD)
        writer.start(header.profile, header.library)
        schemas, channels = {0: 0}, {}
        for channel in reader.get_summary().channels.values():
            schema = reader.get_summary().schemas.get(channel.schema_id)
            if schema is not None and schema.id not in schemas:
                schemas[schema.id] = writer.register_schema(schema.name, schema.encoding, schema.data)
            channels[channel.id] = writer.register_channel(
                channel.topic, channel.message_encoding, schemas[channel.schema_id], channel.metadata
            )
        for _, channel, message in reader.iter_messages(log_time_order=False):
            writer.add_message(
                channels[channel.id], message.log_time, message.data, message.publish_time, message.sequence
            )
        for attachment in reader.iter_attachments():
            writer.add_attachment(
                attachment.create_time, attachment.log_time, attachment.name, attachment.media_type, attachment.data
            )
        for metadata in reader.iter_metadata():
            writer.add_metadata(metadata.name, metadata.metadata)
        writer.finish()
    return output.getbuffer().nbytes


with open(sys.argv[1], encoding="utf-8") as listed:
    print(sum(rewritten_bytes(line.rstrip("\n")) for line in listed))
