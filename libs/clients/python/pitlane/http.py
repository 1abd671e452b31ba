"""Requests that are tried again when the node was away or had no place."""

from __future__ import annotations

import http.client
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Optional
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from .errors import PitlaneError, error_from_answer

#: What a connection may end with before or inside of an answer.
CUT = (OSError, http.client.HTTPException)


@dataclass
class Http:
    url: str
    token: Optional[str] = None
    attempts: int = 6
    first_wait_s: float = 0.2
    longest_wait_s: float = 20.0
    timeout_s: float = 60.0
    sleep: Callable[[float], None] = field(default=time.sleep)

    def ask(
        self,
        path: str,
        headers: Optional[Mapping[str, str]] = None,
        body: Optional[Mapping[str, Any]] = None,
    ) -> http.client.HTTPResponse:
        """The answer of a request that succeeded. Nothing that is asked here changes anything, so that all may be repeated."""
        for attempt in range(1, self.attempts + 1):
            try:
                return self._once(path, headers or {}, body)
            except HTTPError as answer:
                error = error_from_answer(answer)
                if not error.retryable or attempt == self.attempts:
                    raise error from None
                self.pause(attempt, error.retry_after)
            except (URLError, *CUT) as cause:
                if attempt == self.attempts:
                    text = f"the node at {self.url} does not answer: try again later"
                    raise PitlaneError("unavailable", text, 0, True) from cause
                self.pause(attempt)
        raise AssertionError("attempts is at least 1")

    def json(self, path: str, body: Optional[Mapping[str, Any]] = None) -> Any:
        with self.ask(path, body=body) as answer:
            return json.load(answer)

    def pause(self, attempt: int, at_least_s: float = 0.0) -> None:
        """Doubling waits with full jitter, at least as long as the node asked for."""
        jitter_s = random.random() * min(self.longest_wait_s, self.first_wait_s * 2 ** (attempt - 1))
        self.sleep(min(self.longest_wait_s, max(jitter_s, at_least_s)))

    def _once(
        self, path: str, headers: Mapping[str, str], body: Optional[Mapping[str, Any]]
    ) -> http.client.HTTPResponse:
        request = Request(self.url.rstrip("/") + path, headers=dict(headers))
        if self.token is not None:
            request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        return urlopen(request, timeout=self.timeout_s)
