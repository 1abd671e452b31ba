"""Tells what other people's readers find in logs: one line of JSON for each file that is named.

MCAP files are read with `mcap`, record by record, so that a cut file gives what stands before the cut; ROS 1 bags,
and folders of ROS 2 bags, with `rosbags`; a `.db3` file by itself with `sqlite3`, from a copy, so that a journal beside it is
recovered there. The messages of a topic become a count and the sum of the SHA-256 of their lines: equal for equal multisets,
and the sums of parts add up to the sum of the whole. With --lines, the lines come first, to look at a difference.
"""

import hashlib
import json
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

from mcap.reader import make_reader
from mcap.records import Attachment, Channel, Header, Message, Metadata, Schema
from mcap.stream_reader import StreamReader
from rosbags.rosbag1 import Reader as BagReader
from rosbags.rosbag2 import Reader as Bag2Reader


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def line_of(fields):
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Contents:
    """Everything in a file, each thing as a line of text."""

    def __init__(self):
        self.profile = ""
        self.schemas = {}
        self.channels = {}
        self.messages = []
        self.bag_messages = []
        self.plain_messages = []
        self.metadata = []
        self.attachments = []
        self.log_times = []
        self.stopped = None

    def take(self, record):
        if isinstance(record, Header):
            self.profile = record.profile
        elif isinstance(record, Schema):
            self.schemas[record.id] = [record.name, record.encoding, sha256(record.data)]
        elif isinstance(record, Channel):
            self.channels[record.id] = (
                record.topic,
                [record.message_encoding, record.metadata, self.schemas.get(record.schema_id)],
            )
        elif isinstance(record, Message):
            self.take_message(record)
        elif isinstance(record, Metadata):
            self.metadata.append(line_of([record.name, record.metadata]))
        elif isinstance(record, Attachment):
            times = [record.log_time, record.create_time]
            self.attachments.append(line_of([*times, record.name, record.media_type, sha256(record.data)]))

    def take_message(self, record):
        topic, about = self.channels[record.channel_id]
        data = sha256(record.data)
        self.log_times.append(record.log_time)
        times = [record.log_time, record.publish_time]
        self.messages.append((topic, line_of([*about, *times, record.sequence, data])))
        encoding, fields, schema = about
        if encoding == "ros1" and schema:
            self.take_bag_message(topic, schema[0], schema[2], fields.get("md5sum", ""), record.log_time, data)
        elif encoding == "cdr" and schema:
            self.plain_messages.append((topic, line_of([schema[0], record.log_time, data])))

    def take_bag_message(self, topic, kind, definition, md5, time, data):
        self.bag_messages.append((topic, line_of([kind, definition, md5, time, data])))
        self.plain_messages.append((topic, line_of([kind, md5, time, data])))

    def report(self, path):
        return {
            "path": path,
            "profile": self.profile,
            "messages": len(self.messages),
            "topics": sums_by_topic(self.messages),
            "bagTopics": sums_by_topic(self.bag_messages),
            "plainTopics": sums_by_topic(self.plain_messages),
            "channels": sorted({line_of([topic, *about]) for topic, about in self.channels.values()}),
            "metadata": sorted(self.metadata),
            "attachments": sorted(self.attachments),
            "inOrder": self.log_times == sorted(self.log_times),
            "stopped": self.stopped,
        }


def sums_by_topic(messages):
    sums = {}
    for topic, line in messages:
        of_topic = sums.setdefault(topic, {"messages": 0, "sum": 0})
        of_topic["messages"] += 1
        of_topic["sum"] += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
    return {topic: {**one, "sum": f"{one['sum'] % 2**256:064x}"} for topic, one in sorted(sums.items())}


def read_mcap(path):
    contents = Contents()
    with open(path, "rb") as stream:
        try:
            for record in StreamReader(stream, validate_crcs=True).records:
                contents.take(record)
        except Exception as error:  # What a cut file stops the reader with is not one class.
            contents.stopped = f"{type(error).__name__}: {error}"
    return contents


def index_of(path):
    """What the summary at the end says, and what a reader that trusts it gives."""
    with open(path, "rb") as stream:
        reader = make_reader(stream, validate_crcs=True)
        summary = reader.get_summary()
        if summary is None or summary.statistics is None:
            return None
        read = sum(1 for _ in reader.iter_messages(log_time_order=True))
        attachments = sum(1 for _ in reader.iter_attachments())
        metadata = sum(1 for _ in reader.iter_metadata())
        counts = summary.statistics
        topics = {}
        for channel_id, count in counts.channel_message_counts.items():
            topic = summary.channels[channel_id].topic
            topics[topic] = topics.get(topic, 0) + count
        return {
            "messages": counts.message_count,
            "messagesRead": read,
            "topics": {topic: count for topic, count in sorted(topics.items()) if count},
            "attachments": counts.attachment_count,
            "attachmentsRead": attachments,
            "metadata": counts.metadata_count,
            "metadataRead": metadata,
            "startTime": str(counts.message_start_time),
            "endTime": str(counts.message_end_time),
        }


def read_bag(path):
    contents = Contents()
    with BagReader(path) as reader:
        for connection, time, data in reader.messages():
            kind = connection.msgtype.replace("/msg/", "/")
            definition = sha256(connection.msgdef.data.encode())
            contents.log_times.append(time)
            contents.take_bag_message(connection.topic, kind, definition, connection.digest, time, sha256(data))
    return contents


def read_ros2_bag(path):
    contents = Contents()
    with Bag2Reader(path) as reader:
        for connection, time, data in reader.messages():
            contents.log_times.append(time)
            contents.plain_messages.append((connection.topic, line_of([connection.msgtype, time, sha256(data)])))
    return contents


def read_database(path):
    contents = Contents()
    rows = "SELECT name, type, timestamp, data FROM messages JOIN topics ON topics.id = topic_id"
    with tempfile.TemporaryDirectory() as folder:
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, folder)
        connection = sqlite3.connect(Path(folder) / path.name)
        for topic, kind, time, data in connection.execute(rows):
            contents.log_times.append(time)
            contents.plain_messages.append((topic, line_of([kind, time, sha256(data)])))
        connection.close()
    return contents


def read_any(path):
    if path.is_dir():
        return read_ros2_bag(path)
    if path.suffix == ".db3":
        return read_database(path)
    return read_bag(path) if path.suffix == ".bag" else read_mcap(path)


def main(arguments):
    with_lines = "--lines" in arguments
    for path in (argument for argument in arguments if argument != "--lines"):
        is_bag = path.endswith((".bag", ".db3")) or Path(path).is_dir()
        contents = read_any(Path(path))
        if with_lines:
            for topic, line in sorted(contents.bag_messages if is_bag else contents.messages):
                print(topic, line)
        report = contents.report(path)
        report["index"] = None if is_bag or contents.stopped else index_of(path)
        if contents.log_times:
            report["startTime"], report["endTime"] = str(min(contents.log_times)), str(max(contents.log_times))
        print(json.dumps(report), flush=True)


main(sys.argv[1:])
