"""A file behind an address, read by ranges, for readers that jump about: `mcap.reader.make_reader(RemoteFile(url))`."""

from __future__ import annotations

import io
from typing import Optional

from .http import Http

BLOCK_BYTES = 256 * 1024


class RemoteFile(io.BufferedIOBase):
    """Its bytes are those of one tag: a file that changes under the reader is an error."""

    def __init__(self, url: str, token: Optional[str] = None) -> None:
        super().__init__()
        scheme, _, rest = url.partition("://")
        host, _, path = rest.partition("/")
        self._http = Http(f"{scheme}://{host}", token)
        self._path = f"/{path}"
        self._at = 0
        self._block_start = 0
        self._block = b""
        self.requests = 0
        self._etag = ""
        self._size = 0
        self._fetch(0, 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: Optional[int] = -1) -> bytes:
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted == 0:
            return b""
        within = self._at - self._block_start
        if not (0 <= within and within + wanted <= len(self._block)):
            self._fetch(self._at, max(wanted, BLOCK_BYTES))
            within = 0
        part = self._block[within : within + wanted]
        self._at += len(part)
        return part

    def _fetch(self, start: int, size: int) -> None:
        headers = {"Range": f"bytes={start}-{start + size - 1}"}
        self.requests += 1
        with self._http.ask(self._path, headers) as answer:
            etag = answer.headers.get("ETag", "")
            if answer.status != 206 or self._etag not in ("", etag):
                raise OSError(f"{self._path} gives no ranges, or has changed: open it again")
            self._etag = etag
            self._size = int(answer.headers["Content-Range"].rpartition("/")[2])
            self._block_start, self._block = start, answer.read()
