"""A built dataset, and the samples of an epoch dealt out to ranks: the order, the state and the digests of `pitlane dataset pull`."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Type, Union

from .epoch import Epoch, EpochOrder, Rest, share_of, streams_of
from .errors import PitlaneError
from .pull_state import PullState
from .shards import FolderSource, Sample, Shard, ShardCache, Source, bucket_source, built_shards

if TYPE_CHECKING:
    import pandas
    import pyarrow

#: So far ahead it is looked which shard comes next.
LOOK_AHEAD_SAMPLES = 512
#: The state is on the disk that often, and when a pull ends.
SAVE_EVERY_S = 1.0


class Dataset:
    """Found by `Client.dataset`, or by `Dataset.at` in a folder or a bucket, without a node."""

    def __init__(self, source: Source, tenant: str, snapshot_id: str) -> None:
        self._source = source
        self.tenant = tenant
        self.snapshot_id = snapshot_id

    @staticmethod
    def at(
        place: Union[str, "os.PathLike[str]"], snapshot_id: str, tenant: str = "default", token: Optional[str] = None
    ) -> "Dataset":
        """`place` holds `datasets/…`: a folder, `gs://bucket`, or an address; `token` goes with the requests."""
        if isinstance(place, str) and "://" in place:
            return Dataset(bucket_source(place, tenant, snapshot_id, token), tenant, snapshot_id)
        return Dataset(FolderSource(place, tenant, snapshot_id), tenant, snapshot_id)

    def shards(self, split: Optional[str] = None) -> List[Shard]:
        """In order; raises `not-found` until all are built."""
        return [shard for shard in built_shards(self._source, self.snapshot_id) if split in (None, shard.split)]

    def pull(
        self,
        rank: int = 0,
        world_size: int = 1,
        epoch: int = 0,
        seed: int = 0,
        split: str = "train",
        streams: int = 4,
        resume: Union[str, "os.PathLike[str]", None] = None,
        taken: Optional[int] = None,
        samples: Optional[int] = None,
    ) -> "Pull":
        """The rank's share, from where it stopped. `resume` is a file for how far each rank is, `taken` how many samples this
        rank has really used, where a checkpoint of yours knows it better; `samples` stops after so many."""
        if not 0 <= rank < world_size:
            raise PitlaneError("bad-usage", f"rank {rank} is none of {world_size}: they are numbered from 0")
        of = Epoch(self.snapshot_id, split, seed, epoch, streams)
        state = PullState(None if resume is None else os.fspath(resume), of, rank, world_size)
        return Pull(self._source, self.shards(split), of, state, rank, world_size, taken, samples)


class Pull:
    """Iterate once. A sample is taken when the next one is asked for, or when a `with` ends without an exception."""

    def __init__(
        self,
        source: Source,
        shards: List[Shard],
        of: Epoch,
        state: PullState,
        rank: int,
        world: int,
        taken: Optional[int],
        samples: Optional[int],
    ) -> None:
        self._order = EpochOrder(of, [shard.samples for shard in shards])
        self._rest = Rest(self._order.total, state.phases)
        self._state = state
        self._rank = rank
        self._world = world
        share = share_of(self._rest.length, rank, world)
        #: How many samples of its share this rank has used: keep it in a checkpoint, and give it to `pull` again.
        self.taken = state.taken if taken is None else taken
        if not 0 <= self.taken <= share:
            text = f"this rank cannot have taken {self.taken} samples: its share is {share}"
            raise PitlaneError("bad-usage", text)
        self._until = share if samples is None else min(share, self.taken + samples)
        self._next = self._looked = self.taken
        self._saved_at = time.monotonic()
        self._cache = ShardCache(source, shards, streams_of(of.streams, world, state.phases))

    def __len__(self) -> int:
        """How many are still to come."""
        return self._until - self._next

    def __iter__(self) -> Iterator[Sample]:
        return self

    def __next__(self) -> Sample:
        self._took()
        if self._next >= self._until:
            self.close()
            raise StopIteration
        shard, number = self._place(self._next)
        coming = self._cache.get(shard)
        self._looked = max(self._looked, self._next + 1)
        until = min(self._until, self._next + LOOK_AHEAD_SAMPLES)
        while self._looked < until and self._cache.ahead(self._place(self._looked)[0]):
            self._looked += 1
        sample = coming.result().sample(number)
        self._next += 1
        return sample

    def save(self) -> None:
        """The state on the disk says from now on what `taken` does."""
        self._state.save(self.taken)
        self._saved_at = time.monotonic()

    def close(self) -> None:
        """The sample at hand is taken, and the state is saved."""
        self._took()
        self.save()
        self._cache.close()

    def __enter__(self) -> "Pull":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if kind is None:
            self.close()
            return
        self.save()  # the sample at hand was not used to the end
        self._cache.close()

    def to_pandas(self) -> "pandas.DataFrame":
        """What is still to come: a row a sample, its key and a column for each extension. Needs the extra `pandas`."""
        import pandas

        return pandas.DataFrame(self._rows())

    def to_arrow(self) -> "pyarrow.Table":
        """The same. Needs the extra `pyarrow`."""
        import pyarrow

        rows = self._rows()
        names = list(dict.fromkeys(name for row in rows for name in row))
        return pyarrow.table({name: [row.get(name) for row in rows] for name in names})

    def _rows(self) -> List[Dict[str, Any]]:
        return [{"key": sample.key, **sample} for sample in self]

    def _place(self, nth: int) -> "tuple[int, int]":
        return self._order.at(self._rest.position_of(self._rank + nth * self._world))

    def _took(self) -> None:
        self.taken = self._next
        if time.monotonic() - self._saved_at >= SAVE_EVERY_S:
            self.save()
