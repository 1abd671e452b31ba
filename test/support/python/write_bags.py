"""Writes ROS 2 bags into the folder that is named: one line of JSON with the path of each.

Whole ones are written with `rosbags`, in all its storages and compressions. Those of a recorder that was killed are written
with Python's `sqlite3` by a child that kills itself in the middle of a transaction: a write-ahead log, or a hot journal,
is left beside the database.
"""

import json
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore

TOPICS = [("/a", "std_msgs/msg/String"), ("/b", "std_msgs/msg/ByteMultiArray")]
START = 1_700_000_000_000_000_000


def messages_of(count, seed, most=3000):
    """CDR begins with the number of its encoding; what follows compresses a little."""
    chance = random.Random(seed)
    for at in range(count):
        body = chance.randbytes(chance.randrange(most)) + bytes(chance.randrange(most))
        yield at % len(TOPICS), START + at * 1_000_003, b"\x00\x01\x00\x00" + body


def write_whole(folder, storage, mode, version, count):
    store = get_typestore(Stores.ROS2_HUMBLE)
    with_mode = Writer(folder, version=version, storage_plugin=storage)
    with_mode.set_compression(mode, CompressionFormat.ZSTD)
    with with_mode as writer:
        connections = [writer.add_connection(name, kind, typestore=store) for name, kind in TOPICS]
        for topic, time, data in messages_of(count, f"{folder.name}"):
            writer.write(connections[topic], time, data)


TABLES = """
CREATE TABLE schema(schema_version INTEGER PRIMARY KEY,ros_distro TEXT NOT NULL);
CREATE TABLE topics(id INTEGER PRIMARY KEY,name TEXT NOT NULL,type TEXT NOT NULL,serialization_format TEXT NOT NULL,
offered_qos_profiles TEXT NOT NULL,type_description_hash TEXT NOT NULL);
CREATE TABLE messages(id INTEGER PRIMARY KEY,topic_id INTEGER NOT NULL,timestamp INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX timestamp_idx ON messages (timestamp ASC);
"""


def record(database, page_bytes, mode, between):
    """Records in transactions of fifty messages and dies in the last, of which much was written already."""
    connection = sqlite3.connect(database, isolation_level=None)
    # Few pages in memory, so that those of the last transaction reach the disk before it ends.
    for pragma in [f"page_size = {page_bytes}", f"journal_mode = {mode}", "cache_size = 5", "wal_autocheckpoint = 0"]:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.executescript(TABLES)
    connection.execute("INSERT INTO schema VALUES (4, 'jazzy')")
    for name, kind in TOPICS:
        connection.execute("INSERT INTO topics VALUES (NULL, ?, ?, 'cdr', '', '')", (name, kind))
    for at, (topic, time, data) in enumerate(messages_of(1000, database.name)):
        if at % 50 == 0:
            connection.execute("BEGIN")
        connection.execute("INSERT INTO messages VALUES (NULL, ?, ?, ?)", (topic + 1, time, data))
        if at == 700:
            connection.execute("UPDATE messages SET timestamp = timestamp + 1 WHERE id % 7 = 0")
        if at == 720:
            os.kill(os.getpid(), signal.SIGKILL)
        if at % 50 == 49:
            connection.execute("COMMIT")
        if at == 499 and between:
            connection.execute(between).fetchall()


def write_killed(folder, page_bytes, mode, between=None):
    folder.mkdir(parents=True)
    database = folder / f"{folder.name}_0.db3"
    child = os.fork()
    if child == 0:
        record(database, page_bytes, mode, between)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the recorder came to its end"


def main(root):
    modes = [CompressionMode.NONE, CompressionMode.FILE, CompressionMode.MESSAGE]
    for storage in StoragePlugin:
        for mode in modes:
            folder = root / f"{storage.name}-{mode.name}".lower()
            write_whole(folder, storage, mode, 8 if storage == StoragePlugin.SQLITE3 else 9, 400)
            print(json.dumps({"path": str(folder), "killed": False}))
    for name, page_bytes, mode, between in [
        ("wal", 512, "WAL", None),
        ("checkpointed", 4096, "WAL", "PRAGMA wal_checkpoint(RESTART)"),
        ("wal", 65536, "WAL", None),
        ("journal", 512, "DELETE", None),
        ("persistent", 4096, "PERSIST", None),
        ("journal", 65536, "DELETE", None),
    ]:
        folder = root / f"{name}-{page_bytes}"
        write_killed(folder, page_bytes, mode, between)
        print(json.dumps({"path": str(folder), "killed": True}))


main(Path(sys.argv[1]))
