"""A slice as it comes. A connection that is cut is gone on with where it ended, by `Range` and the tag of the slice: what
arrives is one file, whatever happened on the way. A slice that has changed meanwhile is an error, never two halves."""

from __future__ import annotations

import http.client
import json
import os
from typing import TYPE_CHECKING, Any, Iterator, Optional, Tuple, Union

from .errors import PitlaneError
from .http import CUT, Http

if TYPE_CHECKING:
    from mcap.records import Channel, Message, Schema

PART_BYTES = 256 * 1024


class Slice:
    """Read once: by `parts`, `read`, `save`, `messages` or `lines`."""

    def __init__(self, http_: Http, path: str) -> None:
        self._http = http_
        self._path = path
        self._answer: Optional[http.client.HTTPResponse] = http_.ask(path)
        headers = self._answer.headers
        self.etag: str = headers.get("ETag", "")
        #: State of the drive when the slice was planned.
        self.drive_state: str = headers.get("Pitlane-Drive-State", "")
        #: So many runs of the topics are missing in it; the slice itself says which.
        self.missing = int(headers.get("Pitlane-Slice-Missing", "0"))
        #: How often the connection was cut so far.
        self.resumed = 0

    def parts(self) -> Iterator[bytes]:
        answer, self._answer = self._answer, None
        if answer is None:
            raise ValueError("a slice is read once: ask for it again")
        at = skip = failures = 0
        while True:
            try:
                with answer:
                    for part in _parts_of(answer):
                        rest = part[min(skip, len(part)) :]
                        skip -= len(part) - len(rest)
                        if rest:
                            at += len(rest)
                            failures = 0
                            yield rest
                return
            except CUT as cause:
                failures += 1
                if failures >= self._http.attempts:
                    text = f"the slice was cut after {at} bytes, again and again"
                    raise PitlaneError("unavailable", text, 0, True) from cause
            self._http.pause(failures)
            answer = self._go_on(at)
            skip = 0 if answer.status == 206 else at
            self.resumed += 1

    def read(self) -> bytes:
        return b"".join(self.parts())

    def save(self, path: Union[str, "os.PathLike[str]"]) -> int:
        """Writes the file; it has its name only when it is whole. Returns its size."""
        draft = f"{os.fspath(path)}.part"
        size = 0
        with open(draft, "wb") as file:
            for part in self.parts():
                size += file.write(part)
        os.replace(draft, path)
        return size

    def messages(self) -> Iterator[Tuple[Optional["Schema"], "Channel", "Message"]]:
        """The messages of an MCAP slice as they come, by the `mcap` package."""
        from mcap.stream_reader import StreamReader
        from mcap.records import Channel, Message, Schema

        schemas: dict = {}
        channels: dict = {}
        for record in StreamReader(_PartsFile(self.parts())).records:  # type: ignore[arg-type]
            if isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, Channel):
                channels[record.id] = record
            elif isinstance(record, Message):
                channel = channels[record.channel_id]
                yield schemas.get(channel.schema_id), channel, record

    def lines(self) -> Iterator[Any]:
        """The lines of an NDJSON slice; the last one says what is missing. Raises what the node failed with."""
        rest = b""
        for part in self.parts():
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                parsed = json.loads(line)
                if "failed" in parsed:
                    raise PitlaneError(parsed["failed"]["code"], parsed["failed"]["message"])
                yield parsed

    def _go_on(self, at: int) -> http.client.HTTPResponse:
        """The node may answer with a part or, where it keeps no such slice, from the beginning."""
        headers = {"Range": f"bytes={at}-", "If-Range": self.etag} if at > 0 else {}
        answer = self._http.ask(self._path, headers)
        if answer.headers.get("ETag") == self.etag:
            return answer
        answer.close()
        raise PitlaneError("changed-while-read", f"the slice has changed after {at} bytes of it: begin again", 0, True)


def _parts_of(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """What comes, as it comes. `read1` takes an answer without its end for a whole one, so that the length is checked."""
    wanted = answer.headers.get("Content-Length")
    come = 0
    while True:
        part = answer.read1(PART_BYTES)
        if not part:
            break
        come += len(part)
        yield part
    if wanted is not None and come < int(wanted):
        raise http.client.IncompleteRead(b"", int(wanted) - come)


class _PartsFile:
    """As much of a file as a reader of records wants."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._held = bytearray()

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._held += part
        end = len(self._held) if size < 0 else size
        taken = bytes(self._held[:end])
        del self._held[:end]
        return taken
