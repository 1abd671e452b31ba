"""Pitlane over HTTP, with nothing but the standard library: drives, topics, chunks, coverage, SQL, slices and datasets.

    from pitlane import Client

    client = Client("http://127.0.0.1:7420", token_file="/run/secrets/pitlane-token")
    for drive in client.drives(vehicle="car-47"):
        print(drive["driveId"], drive["state"])
    client.slice("car-47-…", topics=["/imu"], start="2026-03-03T08:00:00Z").save("cut.mcap")
    for sample in client.dataset("braking").pull(rank=0, world_size=4, resume="state"):
        print(sample.key, sample["jpg"][:4])
"""

from .client import Client, SqlResult
from .dataset import Dataset, Pull
from .errors import PitlaneError
from .remote_file import RemoteFile
from .shards import Sample
from .slices import Slice

__all__ = ["Client", "Dataset", "PitlaneError", "Pull", "RemoteFile", "Sample", "Slice", "SqlResult"]
