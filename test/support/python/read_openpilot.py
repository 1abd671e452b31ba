"""What an openpilot log holds, walked by its framing with nothing but the standard library: one line of JSON for each file.

For a log (`.bz2`, or plain): the events by the number of their union member, the first and last `logMonoTime`, and the
SHA-256 of the stream. For an MCAP file made of one: the same of its messages, joined in the order of their sequence.
"""

import bz2
import hashlib
import json
import struct
import sys
from collections import Counter
from pathlib import Path

from mcap.reader import make_reader


def events_of(stream):
    at = 0
    while at < len(stream):
        segments = struct.unpack_from("<I", stream, at)[0] + 1
        words = sum(struct.unpack_from(f"<{segments}I", stream, at + 4))
        table = (4 + 4 * segments + 7) // 8 * 8
        pointer = struct.unpack_from("<Q", stream, at + table)[0]
        assert pointer & 3 == 0, "the root is a struct in the first segment"
        root = at + table + 8 + 8 * ((pointer >> 2) & 0x3FFFFFFF)
        yield struct.unpack_from("<QH", stream, root)
        at += table + 8 * words
    assert at == len(stream), "the last event is whole"


def stream_of(file):
    if file.suffix != ".mcap":
        raw = file.read_bytes()
        return (bz2.decompress(raw) if raw[:3] == b"BZh" else raw), None
    with open(file, "rb") as opened:
        found = [(m.sequence, m.log_time, c.metadata, m.data) for _, c, m in make_reader(opened).iter_messages()]
    found.sort(key=lambda one: one[0])
    told = [(time, int(metadata["discriminant"])) for _, time, metadata, _ in found]
    return b"".join(data for _, _, _, data in found), told


for name in sys.argv[1:]:
    stream, told = stream_of(Path(name))
    events = list(events_of(stream))
    times = [time for time, _ in events]
    print(
        json.dumps(
            {
                "path": name,
                "events": len(events),
                "members": dict(sorted(Counter(str(member) for _, member in events).items())),
                "startTime": str(min(times)),
                "endTime": str(max(times)),
                "sha256": hashlib.sha256(stream).hexdigest(),
                "toldAlike": told is None or told == events,
            }
        )
    )
