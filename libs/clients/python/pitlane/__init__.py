"""Pitlane over HTTP, with nothing but the standard library: drives, topics, chunks, coverage, SQL and slices.

    from pitlane import Client

    client = Client("http://127.0.0.1:7420", token_file="/run/secrets/pitlane-token")
    for drive in client.drives(vehicle="car-47"):
        print(drive["driveId"], drive["state"])
    client.slice("car-47-…", topics=["/imu"], start="2026-03-03T08:00:00Z").save("cut.mcap")
"""

from .client import Client, SqlResult
from .errors import PitlaneError
from .remote_file import RemoteFile
from .slices import Slice

__all__ = ["Client", "PitlaneError", "RemoteFile", "Slice", "SqlResult"]
