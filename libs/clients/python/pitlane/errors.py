"""What went wrong, in the words of the node: RFC 9457 problem details with its code."""

from __future__ import annotations

import json
from typing import Optional
from urllib.error import HTTPError


class PitlaneError(Exception):
    """`code` is one of `not-found`, `refused`, `unavailable`, …; `status` is that of the answer, 0 where there was none."""

    def __init__(self, code: str, message: str, status: int = 0, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.retryable = retryable
        #: Seconds that the node asked to wait.
        self.retry_after: float = 0.0


def error_from_answer(answer: HTTPError) -> PitlaneError:
    problem: dict = {}
    try:
        parsed = json.loads(answer.read())
        problem = parsed if isinstance(parsed, dict) else {}
    except (ValueError, OSError):
        pass
    code = problem.get("code") or ("unavailable" if answer.code == 503 else "internal")
    detail = problem.get("detail") or f"the node answered with status {answer.code}"
    error = PitlaneError(code, detail, answer.code, bool(problem.get("retryable")) or answer.code == 503)
    after: Optional[str] = answer.headers.get("Retry-After")
    if after is not None and after.isdigit():
        error.retry_after = float(after)
    return error
