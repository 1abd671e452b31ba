"""How far an epoch has been pulled, on disk: the files of `pitlane dataset pull --resume`, read and written alike.

Names: `<file>.e<epoch>.<generation>.<rank>-of-<world>.json`. While the number of ranks stays, each rank goes on by its own
file; when it changes, every new rank reads the files of all old ones, and begins the next generation with what was left.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, List, Optional, Tuple

from .epoch import Epoch, Phase
from .errors import PitlaneError

State = Dict[str, Any]
NAME = re.compile(r"\d+\.\d+-of-\d+\.json")


class PullState:
    def __init__(self, file: Optional[str], of: Epoch, rank: int, world: int) -> None:
        """Raises `refused` where the state is of another order, `not-found` where that of an old rank is missing."""
        self.phases: Tuple[Phase, ...] = ()
        self.taken = 0
        self._path: Optional[str] = None
        if file is None:
            return
        newest = _newest(file, of)
        worlds = {state["world"] for state in newest}
        if len(worlds) > 1:
            text = f"the states at {file} are of {' and '.join(map(str, sorted(worlds)))} ranks at once"
            raise PitlaneError("refused", f"{text}: keep those that were used last")
        before = worlds.pop() if worlds else world
        phases = _phases(newest[0]) if newest else ()
        own = next((state for state in newest if before == world and state["rank"] == rank), None)
        self.phases = phases if before == world else (*phases, _phase(file, newest, before))
        self._path = f"{file}.e{of.epoch}.{len(self.phases)}.{rank}-of-{world}.json"
        self._facts = {**_told(of), "stateVersion": 1, "rank": rank, "world": world}
        if own is None:
            self.save(0)  # a rank that has taken nothing yet says so, or the next world would miss it
        else:
            self.taken = own["taken"]

    def save(self, taken: int) -> None:
        """After a crash there is the old file or the new one."""
        self.taken = taken
        if self._path is None:
            return
        phases = [{"taken": list(phase.taken), "world": phase.world} for phase in self.phases]
        text = json.dumps({**self._facts, "phases": phases, "taken": taken}, sort_keys=True, separators=(",", ":"))
        draft = f"{self._path}.{os.getpid()}.part"
        with open(draft, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._path)


def _told(of: Epoch) -> State:
    return {
        "snapshotId": of.snapshot_id,
        "split": of.split,
        "seed": of.seed,
        "epoch": of.epoch,
        "streams": of.streams,
    }


def _phases(state: State) -> Tuple[Phase, ...]:
    return tuple(Phase(phase["world"], tuple(phase["taken"])) for phase in state["phases"])


def _phase(file: str, states: List[State], world: int) -> Phase:
    taken = {state["rank"]: state["taken"] for state in states}
    missing = [str(rank) for rank in range(world) if rank not in taken]
    if missing:
        text = f"the number of ranks changes, and at {file} the states of ranks {', '.join(missing)} of {world} are missing"
        raise PitlaneError("not-found", f"{text}: bring the files of all ranks together first")
    return Phase(world, tuple(taken[rank] for rank in range(world)))


def _newest(file: str, of: Epoch) -> List[State]:
    folder, prefix = os.path.dirname(file) or ".", f"{os.path.basename(file)}.e{of.epoch}."
    if not os.path.isdir(folder):
        raise PitlaneError("not-found", f"there is no folder {folder} for the state: make it first")
    states: List[State] = []
    for name in sorted(os.listdir(folder)):
        if name.startswith(prefix) and NAME.fullmatch(name[len(prefix) :]):
            states.append(_read(os.path.join(folder, name), of))
    generation = max((len(state["phases"]) for state in states), default=0)
    return [state for state in states if len(state["phases"]) == generation]


def _read(path: str, of: Epoch) -> State:
    try:
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        rest = (state["stateVersion"], state["phases"], state["rank"], state["world"], state["taken"])
    except (ValueError, KeyError, TypeError) as cause:
        raise PitlaneError("corrupt-input", f"{path} is no state: remove it, or take another file") from cause
    for name, asked in _told(of).items():
        if state.get(name) != asked:
            text = f"{path} is of {name} {state.get(name)}, and {asked} is asked for"
            raise PitlaneError("refused", f"{text}: pull with the same, or begin with another file")
    if rest[0] != 1:
        raise PitlaneError("refused", f"{path} is of another version: begin with another file")
    return state
