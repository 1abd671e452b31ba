"""Decodes every message of MCAP files with the decoders of `mcap`: one line of JSON for each file, counts by encoding.

A message that cannot be decoded counts under `failed`, with the reason of the first of its topic.
"""

import json
import sys

from mcap.decoder import DecoderFactory
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory as ProtobufDecoders
from mcap_ros1.decoder import DecoderFactory as Ros1Decoders
from mcap_ros2.decoder import DecoderFactory as Ros2Decoders


class JsonDecoders(DecoderFactory):
    def decoder_for(self, message_encoding, schema):
        return json.loads if message_encoding == "json" else None


for path in sys.argv[1:]:
    # They remember schemas by their ids, which begin again with each file.
    factories = [Ros2Decoders(), ProtobufDecoders(), Ros1Decoders(), JsonDecoders()]
    decoded, topics, failed = {}, {}, {}
    decoders = {}
    with open(path, "rb") as stream:
        for schema, channel, message in make_reader(stream).iter_messages():
            try:
                if channel.id not in decoders:
                    made = (one.decoder_for(channel.message_encoding, schema) for one in factories)
                    decoders[channel.id] = next(decoder for decoder in made if decoder)
                if decoders[channel.id](message.data) is None:
                    raise ValueError("nothing was decoded")
                decoded[channel.message_encoding] = decoded.get(channel.message_encoding, 0) + 1
                topics[channel.topic] = topics.get(channel.topic, 0) + 1
            except Exception as error:  # Each decoder has its own.
                failed.setdefault(channel.topic, f"{type(error).__name__}: {error}")
    print(json.dumps({"path": path, "decoded": decoded, "topics": topics, "failed": failed}), flush=True)
