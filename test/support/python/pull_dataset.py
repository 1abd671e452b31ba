"""Pulls datasets with the Python package, job by job as lines of JSON come in; each gives a line of JSON.

usage: pull_dataset.py CLIENT_FOLDER
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from pitlane import Client, Dataset, PitlaneError  # noqa: E402
from pitlane.epoch import Epoch, EpochOrder, Phase, Rest, share_of  # noqa: E402


def ordered(job: dict) -> dict:
    order = EpochOrder(Epoch(**job["of"]), job["samples"])
    rest = Rest(order.total, [Phase(phase["world"], tuple(phase["taken"])) for phase in job["phases"]])
    rank, world = job["rank"], job["world"]
    places = [order.at(rest.position_of(rank + nth * world)) for nth in range(share_of(rest.length, rank, world))]
    return {"places": places}


def pulled(job: dict) -> dict:
    keys, digests = [], {}
    try:
        if "url" in job:
            dataset = Client(job["url"], token_file=job["tokenFile"]).dataset(job["name"])
        else:
            dataset = Dataset.at(job["root"], job["snapshotId"], job["tenant"])
        with dataset.pull(**job["asked"]) as pull:
            for sample in pull:
                if len(keys) == job.get("failAt"):
                    raise RuntimeError("the reader went away")
                keys.append(sample.key)
                digests[sample.key] = sample.digest()
                assert sample.json()["key"] == sample.key
    except PitlaneError as error:
        return {"keys": keys, "digests": digests, "code": error.code, "message": str(error)}
    except RuntimeError as error:
        return {"keys": keys, "digests": digests, "message": str(error)}
    return {"keys": keys, "digests": digests, "taken": pull.taken, "left": len(pull)}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(ordered(asked) if asked["kind"] == "order" else pulled(asked)))
