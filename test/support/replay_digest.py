"""The digest of a replay, made by another reader of an exported file: what goes in stands in replay-digest.ts."""

import hashlib
import json
import sys

from mcap.records import Channel, Message, Schema
from mcap.stream_reader import StreamReader

digest = hashlib.sha256(b"pitlane-replay-1\n")
schemas, channels = {}, {}
with open(sys.argv[1], "rb") as file:
    for record in StreamReader(file).records:
        if isinstance(record, Schema):
            schemas[record.id] = record
        elif isinstance(record, Channel):
            channels[record.id] = record
        elif isinstance(record, Message):
            channel = channels[record.channel_id]
            schema = schemas.get(channel.schema_id)
            schema_sha256 = schema and hashlib.sha256(schema.data).hexdigest()
            told = [channel.topic, channel.message_encoding, schema and schema.name, schema and schema.encoding, schema_sha256]
            text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
            digest.update(hashlib.sha256(text.encode()).digest())
            digest.update(record.log_time.to_bytes(8, "little") + record.publish_time.to_bytes(8, "little"))
            digest.update(record.sequence.to_bytes(4, "little") + len(record.data).to_bytes(8, "little"))
            digest.update(record.data)
print(digest.hexdigest())
