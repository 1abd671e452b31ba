"""A node or a catalog API, as programs ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode

from .dataset import Dataset
from .http import Http
from .shards import HttpSource
from .slices import Slice

if TYPE_CHECKING:
    import pandas
    import pyarrow

Row = Dict[str, Any]
Filter = Union[str, int, None]
PAGE_ROWS = 2000


class SqlResult(List[Row]):
    """The rows, as a list of dicts; `truncated` says that there were more than one answer holds."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__(answer["rows"])
        self.columns: List[str] = [column["name"] for column in answer["columns"]]
        self.truncated: bool = bool(answer["truncated"])

    def to_pandas(self) -> "pandas.DataFrame":
        """Needs the extra `pandas`."""
        import pandas

        return pandas.DataFrame(list(self), columns=self.columns)

    def to_arrow(self) -> "pyarrow.Table":
        """Needs the extra `pyarrow`."""
        import pyarrow

        return pyarrow.table({name: [row[name] for row in self] for name in self.columns})


class Client:
    def __init__(
        self, url: str = "http://127.0.0.1:7420", token: Optional[str] = None, token_file: Optional[str] = None
    ) -> None:
        """The token is needed for `sql`, and beyond loopback for all."""
        if token_file is not None:
            with open(token_file, encoding="utf-8") as file:
                token = file.read().strip()
        self.http = Http(url, token)

    def drives(self, **filters: Filter) -> Iterator[Row]:
        return self._rows("drives", filters)

    def recordings(self, **filters: Filter) -> Iterator[Row]:
        return self._rows("recordings", filters)

    def topics(self, **filters: Filter) -> Iterator[Row]:
        return self._rows("topics", filters)

    def chunks(self, **filters: Filter) -> Iterator[Row]:
        return self._rows("chunks", filters)

    def coverage(self, **filters: Filter) -> Iterator[Row]:
        return self._rows("coverage", filters)

    def sql(self, sql: str) -> SqlResult:
        """One SELECT over the views of the catalog."""
        return SqlResult(self.http.json("/v1/sql", {"sql": sql}))

    def slice(
        self,
        drive: str,
        topics: Optional[Sequence[str]] = None,
        start: Filter = None,
        end: Filter = None,
        primer: Optional[str] = None,
        format: Optional[str] = None,  # noqa: A002 - the word of the API
        tenant: Optional[str] = None,
    ) -> Slice:
        """Log times [start, end), as nanoseconds or RFC 3339; `primer` is none, last, state or all."""
        asked = _selection(drive, topics, start, end, tenant, primer=primer, format=format)
        return Slice(self.http, f"/v1/slice?{asked}")

    def dataset(self, name: str, tenant: Optional[str] = None) -> Dataset:
        """By id, the beginning of one, or name; of several of one name the newest. Its bytes come through the node: where the
        bucket can be reached, `Dataset.at` reads it directly."""
        asked = "" if tenant is None else f"?{urlencode({'tenant': tenant})}"
        found = self.http.json(f"/v1/datasets/{quote(name, safe='')}{asked}")
        owner, snapshot_id = found["tenant"], found["snapshotId"]
        query = urlencode({"tenant": owner})
        source = HttpSource(
            self.http, lambda file: f"/v1/datasets/{snapshot_id}/files/{file.rpartition('/')[2]}?{query}"
        )
        return Dataset(source, owner, snapshot_id)

    def manifest(
        self,
        drive: str,
        topics: Optional[Sequence[str]] = None,
        start: Filter = None,
        end: Filter = None,
        tenant: Optional[str] = None,
    ) -> Row:
        """Where the bytes of a slice lie, to be fetched past the node."""
        return self.http.json(f"/v1/slice/manifest?{_selection(drive, topics, start, end, tenant)}")

    def slice_url(
        self,
        drive: str,
        topics: Optional[Sequence[str]] = None,
        start: Filter = None,
        end: Filter = None,
        primer: Optional[str] = None,
        tenant: Optional[str] = None,
    ) -> str:
        """A link that opens a slice in a viewer for a while, without a token."""
        asked = _selection(drive, topics, start, end, tenant, primer=primer)
        return self.http.json(f"/v1/slice/url?{asked}")["url"]

    def chunk_url(self, chunk_id: str) -> str:
        """The same of a chunk: straight to the bucket, where it signs links."""
        return self.http.json(f"/v1/chunks/{quote(chunk_id)}/url")["url"]

    def _rows(self, name: str, filters: Mapping[str, Filter]) -> Iterator[Row]:
        query = {"limit": PAGE_ROWS, **{key: value for key, value in filters.items() if value is not None}}
        while True:
            page = self.http.json(f"/v1/{name}?{urlencode(query)}")
            yield from page[name]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]


def _selection(
    drive: str, topics: Optional[Sequence[str]], start: Filter, end: Filter, tenant: Optional[str], **more: Filter
) -> str:
    globs = None if topics is None else ",".join(topics)
    asked = {"drive": drive, "topics": globs, "start": start, "end": end, "tenant": tenant, **more}
    return urlencode({name: value for name, value in asked.items() if value is not None})
