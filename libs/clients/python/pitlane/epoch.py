"""The order of an epoch, and who takes what of it: the same numbers as `pitlane dataset pull`, sample by sample.

The shards are shuffled, and the samples within each; the whole is cut into streams of equal length, and the sequence goes
round the streams, a sample from each in turn. In a phase with `world` ranks, rank r takes the r-th of what was left, the
(r + world)-th, and so on; what is left of a phase is all that no rank took, in the same order.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from itertools import accumulate
from typing import List, Sequence, Tuple

WORD = 0xFFFFFFFF
ORDERS_HELD_MAX = 256


class Seeded:
    """Numbers that follow from a text alone: sfc32 (Chris Doty-Humphrey, PractRand), begun from its SHA-256."""

    def __init__(self, text: str) -> None:
        seed = hashlib.sha256(text.encode()).digest()
        self._a, self._b, self._c, self._counter = (int.from_bytes(seed[at : at + 4], "little") for at in (0, 4, 8, 12))

    def below(self, n: int) -> int:
        """A whole number in [0, n), each as likely as another; n is at most 2^32."""
        fair = 2**32 - 2**32 % n
        while True:
            drawn = self._next()
            if drawn < fair:
                return drawn % n

    def shuffled(self, n: int) -> List[int]:
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order

    def _next(self) -> int:
        total = (self._a + self._b + self._counter) & WORD
        self._counter = (self._counter + 1) & WORD
        self._a = self._b ^ (self._b >> 9)
        self._b = (self._c + (self._c << 3)) & WORD
        self._c = (((self._c << 21) | (self._c >> 11)) + total) & WORD
        return total


@dataclass(frozen=True)
class Epoch:
    snapshot_id: str
    split: str
    seed: int
    epoch: int
    streams: int


class EpochOrder:
    def __init__(self, of: Epoch, samples: Sequence[int]) -> None:
        """`samples` says how many each shard of the split has."""
        self._of = of
        self._samples = samples
        self._shards = self._seeded("shards").shuffled(len(samples))
        self._starts = [0, *accumulate(samples[shard] for shard in self._shards)]
        self._within: "OrderedDict[int, List[int]]" = OrderedDict()
        self.total = self._starts[-1]

    def at(self, position: int) -> Tuple[int, int]:
        """Shard and sample at a position of the sequence, from 0 to below the total."""
        streams = self._of.streams
        stream, longer = position % streams, self.total % streams
        begin = stream * (self.total // streams) + min(stream, longer)
        place = begin + position // streams
        low = bisect_right(self._starts, place) - 1
        shard = self._shards[low]
        return shard, self._order_within(shard)[place - self._starts[low]]

    def _order_within(self, shard: int) -> List[int]:
        order = self._within.get(shard)
        if order is None:
            order = self._seeded(f"shard {shard}").shuffled(self._samples[shard])
            if len(self._within) >= ORDERS_HELD_MAX:
                self._within.popitem(last=False)
            self._within[shard] = order
        return order

    def _seeded(self, what: str) -> Seeded:
        of = self._of
        return Seeded("\n".join((of.snapshot_id, of.split, str(of.seed), str(of.epoch), what)))


@dataclass(frozen=True)
class Phase:
    world: int
    #: By rank.
    taken: Tuple[int, ...]


def share_of(length: int, rank: int, world: int) -> int:
    """How many of a sequence of `length` are the rank's."""
    return max(0, -(-(length - rank) // world))


class Rest:
    """What is left of a sequence of `total` after some phases, the first first."""

    def __init__(self, total: int, phases: Sequence[Phase]) -> None:
        self._phases = phases
        self.length = total - sum(sum(phase.taken) for phase in phases)

    def position_of(self, i: int) -> int:
        """Where the i-th of what is left stands in the whole sequence."""
        for phase in reversed(self._phases):
            i = _untaken(phase, i)
        return i


def _untaken(phase: Phase, i: int) -> int:
    """Where the i-th that nobody took stood. Row by row of `world` each: a rank has taken the first rows of its column."""
    low, high = 0, max(phase.taken) + i // phase.world + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _left_before(phase, middle) <= i:
            low = middle
        else:
            high = middle
    among = i - _left_before(phase, low)
    for rank, taken in enumerate(phase.taken):
        if taken > low:
            continue
        if among == 0:
            return low * phase.world + rank
        among -= 1
    raise IndexError(f"there is no {i}-th of what is left")


def _left_before(phase: Phase, row: int) -> int:
    return sum(max(0, row - taken) for taken in phase.taken)


def streams_of(streams: int, world: int, phases: Sequence[Phase]) -> int:
    """How many streams a rank goes round: all of them, unless its world divides their number."""
    return streams if phases else streams // math.gcd(streams, world)
