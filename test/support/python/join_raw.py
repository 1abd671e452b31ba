"""Gives back files from the bucket's folder alone, with `mcap` and the manifests that lie beside the chunks.

What landed byte for byte, whole files and unread ranges of logs, is joined from the data of messages. One line of JSON
for each: path, kind, bytes, SHA-256.
"""

import hashlib
import json
import sys
from pathlib import Path

from mcap.reader import make_reader

bucket = Path(sys.argv[1])

for manifest in sorted(bucket.glob("v1/**/manifests/*.ndjson")):
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    chunks = [line for line in lines if line["type"] == "chunk"]
    for recording in (line for line in lines if line["type"] == "recording"):
        for kind in ("opaque", "unread"):
            own = [c for c in chunks if c["recordingId"] == recording["recordingId"] and c["kind"] == kind]
            if not own and (kind == "unread" or recording["format"] != "opaque"):
                continue
            digest = hashlib.sha256()
            joined = 0
            for chunk in sorted(own, key=lambda c: c["ordinal"]):
                with open(bucket / chunk["object"], "rb") as stream:
                    reader = make_reader(stream, validate_crcs=True)
                    for _, _, message in reader.iter_messages(log_time_order=False):
                        digest.update(message.data)
                        joined += len(message.data)
            where = {"recordingId": recording["recordingId"], "path": recording["path"], "kind": kind}
            print(json.dumps({**where, "bytes": joined, "sha256": digest.hexdigest()}), flush=True)
