"""Where the bytes of a dataset come from, and shards as they are checked and taken apart."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Protocol, Tuple
from urllib.parse import quote

from .errors import PitlaneError
from .http import CUT, Http

TAR_BLOCK_BYTES = 512
#: So much is asked for at once, and again by itself where the connection is cut.
PART_BYTES = 8 * 1024 * 1024
#: Shards that are on their way, each in a thread.
READS_AHEAD = 2


class Source(Protocol):
    """`name` is below the folder of the dataset: `shards.ndjson`, `shards/train-000000.tar`."""

    def read(self, name: str, size: Optional[int] = None) -> bytes:
        """All of it; `size` is how much that is, where it is known. Raises `not-found`."""


class FolderSource:
    """A store on files, or a bucket that is mounted."""

    def __init__(self, root: "str | os.PathLike[str]", tenant: str, snapshot_id: str) -> None:
        self._folder = os.path.join(os.fspath(root), "datasets", tenant, snapshot_id)

    def read(self, name: str, size: Optional[int] = None) -> bytes:
        try:
            with open(os.path.join(self._folder, name), "rb") as file:
                return file.read()
        except FileNotFoundError as cause:
            raise PitlaneError("not-found", f"there is no {name} in {self._folder}") from cause


class HttpSource:
    """Anything that answers GET, part by part: a node, or the bucket itself."""

    def __init__(self, http: Http, path: Callable[[str], str]) -> None:
        self._http = http
        self._path = path

    def read(self, name: str, size: Optional[int] = None) -> bytes:
        if size is None:
            with self._http.ask(self._path(name)) as answer:
                return answer.read()
        parts: List[bytes] = []
        for start in range(0, size, PART_BYTES):
            end = min(size, start + PART_BYTES)
            parts.append(self._part(name, start, end))
        return b"".join(parts)

    def _part(self, name: str, start: int, end: int) -> bytes:
        for attempt in range(1, self._http.attempts + 1):
            try:
                with self._http.ask(self._path(name), {"Range": f"bytes={start}-{end - 1}"}) as answer:
                    part = answer.read() if answer.status == 206 else answer.read()[start:end]
                if len(part) == end - start:
                    return part
            except CUT:
                pass
            self._http.pause(attempt)
        raise PitlaneError("unavailable", f"{name} was cut at byte {start}, again and again", 0, True)


def bucket_source(url: str, tenant: str, snapshot_id: str, token: Optional[str]) -> HttpSource:
    """`gs://bucket`, or the address below which the objects lie."""
    base = f"https://storage.googleapis.com/{url[5:]}" if url.startswith("gs://") else url
    scheme, _, rest = base.partition("://")
    host, _, path = rest.partition("/")
    prefix = f"{path.strip('/')}/" if path.strip("/") else ""
    folder = f"/{prefix}datasets/{quote(tenant)}/{snapshot_id}/"
    return HttpSource(Http(f"{scheme}://{host}", token), lambda name: folder + quote(name))


@dataclass(frozen=True)
class Shard:
    split: str
    shard: int
    samples: int
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        return f"shards/{self.split}-{self.shard:06d}.tar"


def built_shards(source: Source, snapshot_id: str) -> List[Shard]:
    """All shards of a dataset, once all are built."""
    try:
        lines = source.read("shards.ndjson").decode().splitlines()
    except PitlaneError as error:
        if error.code != "not-found":
            raise
        text = f"the shards of {snapshot_id[:12]} are not all built, or there is no such dataset"
        raise PitlaneError("not-found", f'{text}: run "pitlane dataset build" first', error.status) from error
    rows = (json.loads(line) for line in lines if line)
    return [Shard(row["split"], row["shard"], row["samples"], row["bytes"], row["sha256"]) for row in rows]


class Sample(Mapping[str, bytes]):
    """The files of one sample by extension, such as `sample["jpg"]` or `sample["lidar.bin"]`."""

    def __init__(self, key: str, members: Dict[str, bytes]) -> None:
        self.key = key
        self._members = members

    def __getitem__(self, extension: str) -> bytes:
        return self._members[extension]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def json(self, extension: str = "json") -> Any:
        """A member that is JSON; without a name the one that says where all others were recorded."""
        return json.loads(self._members[extension])

    def digest(self) -> str:
        """SHA-256 over a line `<extension> <SHA-256 of the bytes>` for each member, sorted: equal for every reader."""
        lines = (f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in self._members.items())
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


class OpenShard:
    """A shard in memory, whose bytes are those that it was built with."""

    def __init__(self, source: Source, shard: Shard) -> None:
        try:
            content = source.read(shard.name, shard.bytes)
        except PitlaneError as error:
            if error.code != "not-found":
                raise
            text = f"shard {shard.name} is gone: a drive in it was erased, or it was removed"
            raise PitlaneError("not-found", f"{text}; make the dataset anew", error.status) from error
        if hashlib.sha256(content).hexdigest() != shard.sha256:
            text = f"shard {shard.name} is damaged: it has another SHA-256 than it was built with"
            raise PitlaneError("checksum-mismatch", f"{text}; remove it and its index, and build again")
        self._content = memoryview(content)
        self._samples = _samples(content)
        if len(self._samples) != shard.samples:
            text = f"shard {shard.name} has {len(self._samples)} samples of {shard.samples}"
            raise PitlaneError("checksum-mismatch", f"{text}: build it again")

    def sample(self, number: int) -> Sample:
        key, members = self._samples[number]
        return Sample(key, {name: bytes(self._content[start:end]) for name, start, end in members})


def _samples(tar: bytes) -> List[Tuple[str, List[Tuple[str, int, int]]]]:
    """Members of one sample are adjacent, and share what stands before the first dot."""
    samples: List[Tuple[str, List[Tuple[str, int, int]]]] = []
    at = 0
    while at + TAR_BLOCK_BYTES <= len(tar) and tar[at] != 0:
        key, _, extension = tar[at : tar.index(0, at)].decode().partition(".")
        size = int(tar[at + 124 : at + 135], 8)
        start = at + TAR_BLOCK_BYTES
        if not samples or samples[-1][0] != key:
            samples.append((key, []))
        samples[-1][1].append((extension, start, start + size))
        at = start + -(-size // TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES
    return samples


class ShardCache:
    """The shards that a pull has in memory: those that its streams stand in, and the next ones on their way. One that nobody
    has used yet is never let go of, or it would be read twice."""

    def __init__(self, source: Source, shards: List[Shard], used_max: int) -> None:
        """`used_max` is how many are gone round."""
        self._source = source
        self._shards = shards
        self._used_max = used_max
        #: Least recently used first.
        self._used: "OrderedDict[int, Future[OpenShard]]" = OrderedDict()
        self._next: "Dict[int, Future[OpenShard]]" = {}
        self._threads = ThreadPoolExecutor(READS_AHEAD, "pitlane-shards")

    def get(self, shard: int) -> "Future[OpenShard]":
        known = self._used.get(shard) or self._next.pop(shard, None) or self._read(shard)
        self._used[shard] = known
        self._used.move_to_end(shard)
        while len(self._used) > self._used_max:
            self._used.popitem(last=False)
        return known

    def ahead(self, shard: int) -> bool:
        """Asks for a shard that comes soon. Says whether there was room for it, or it is here already."""
        if shard in self._used or shard in self._next:
            return True
        if len(self._next) >= READS_AHEAD:
            return False
        self._next[shard] = self._read(shard)
        return True

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _read(self, shard: int) -> "Future[OpenShard]":
        return self._threads.submit(OpenShard, self._source, self._shards[shard])
