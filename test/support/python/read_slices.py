"""Opens slices of a node as programs in Python do, and prints what it found as one line of JSON.

usage: read_slices.py CLIENT_FOLDER URL PROXY_URL TOKEN_FILE DRIVE TOPIC SCRATCH
"""

import hashlib
import io
import json
import os
import sys

folder, url, proxy_url, token_file, drive, topic, scratch = sys.argv[1:]
sys.path.insert(0, folder)

from mcap.reader import make_reader  # noqa: E402
from pitlane import Client, PitlaneError, RemoteFile  # noqa: E402

client = Client(url, token_file=token_file)
found = {"drives": [row["driveId"] for row in client.drives()]}
rows = client.sql("SELECT topic, messages FROM topics ORDER BY topic")
found["sql"] = [rows[0]["topic"], len(rows), rows.columns, rows.truncated]
found["coverage"] = sum(1 for _ in client.coverage(drive=drive))
found["topics"] = sum(1 for _ in client.topics(drive=drive))
found["objects"] = len(client.manifest(drive, topics=[topic])["objects"])
try:
    client.slice("no-such-drive")
except PitlaneError as error:
    found["error"] = [error.code, error.status, error.retryable]

whole = client.slice(drive, topics=[topic]).read()
found["sha256"] = hashlib.sha256(whole).hexdigest()
found["sequential"] = [message.log_time for _, _, message in client.slice(drive, topics=[topic]).messages()]
found["summary"] = make_reader(io.BytesIO(whole)).get_summary().statistics.message_count

path = os.path.join(scratch, "slice.mcap")
cut = Client(proxy_url, token_file=token_file).slice(drive, topics=[topic])
found["saved"] = [cut.save(path), cut.resumed]
with open(path, "rb") as file:
    found["savedSha256"] = hashlib.sha256(file.read()).hexdigest()

remote = RemoteFile(client.slice_url(drive, topics=[topic]))
found["remote"] = [message.log_time for _, _, message in make_reader(remote).iter_messages(topics=[topic])]
found["remoteRequests"] = remote.requests
*lines, last = client.slice(drive, topics=[topic], format="ndjson").lines()
found["lines"] = [len(lines), last["slice"]["messages"], last["slice"]["missing"]]
for extra, convert in (("pandas", lambda: len(rows.to_pandas())), ("pyarrow", lambda: rows.to_arrow().num_rows)):
    try:
        found[extra] = convert()
    except ImportError:
        found[extra] = None
print(json.dumps(found))
