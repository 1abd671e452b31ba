"""Reads shards with `webdataset`, as a training job does, and prints for each a line of JSON: the digest of each sample.

A sample's digest is the SHA-256 over a line `<extension> <SHA-256 of the bytes>` for each of its members, sorted.
"""

import hashlib
import json
import sys

import webdataset

for path in sys.argv[1:]:
    digests = {}
    for sample in webdataset.WebDataset(path, shardshuffle=False, empty_check=False):
        key = sample["__key__"]
        lines = sorted(
            f"{extension} {hashlib.sha256(content).hexdigest()}\n"
            for extension, content in sample.items()
            if not extension.startswith("__")
        )
        digests[key] = hashlib.sha256("".join(lines).encode()).hexdigest()
    print(json.dumps({"path": path, "digests": digests}))
