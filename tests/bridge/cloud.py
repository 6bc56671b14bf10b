"""IBM's cloud as the real client meets it: answers of the documented shape, given where the client would send.

Nothing of the client is replaced: accounts, tokens, instances, jobs, sessions and backends are its own code. No request
leaves the machine.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
import requests

RECORDED = Path(__file__).parent / "recorded"
API_KEY = "MARKER-api-key-0123456789-MARKER"
CRN = json.loads((RECORDED / "usage.json").read_text())["instance_id"]
BEARER = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "HS256", "typ": "JWT"}, {"iat": 0, "exp": 2**33, "MARKER": API_KEY}, "MARKER")
)
MARKERS = (API_KEY, BEARER, "MARKER", "IBMid-000000TEST")
"""What no output may hold. The instance is looked for apart, since it can be asked for."""

Answer = Mapping[str, Any] | list[Any] | tuple[int, Any] | BaseException


_ALWAYS = {"created_after": "2000-01-01T00:00Z", "created_before": "2100-01-01T00:00Z"}
_at = datetime.fromisoformat


def recorded(name: str) -> Any:
    """A recorded answer."""
    answer: Any = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return answer


def _of_the_package(kind: str) -> Any:
    """What IBM recorded of ibm_fez, as it ships with the client."""
    folder = files("qiskit_ibm_runtime") / "fake_provider" / "backends" / "fez"
    return json.loads((folder / f"{kind}_fez.json").read_text(encoding="utf-8"))


@dataclass
class Cloud:
    """The answers, by the part of the address behind the API's; ``said`` keeps what was asked.

    A fault goes before an answer, by a pattern of the host with the path, or of the path. ``unknown`` is what was asked
    and has no answer.
    """

    jobs: list[dict[str, Any]] = field(default_factory=lambda: recorded("jobs"))
    params: dict[str, Any] = field(default_factory=lambda: recorded("params"))
    metrics: dict[str, Any] = field(default_factory=lambda: recorded("metrics"))
    sessions: dict[str, Any] = field(default_factory=lambda: recorded("sessions"))
    status: dict[str, Any] = field(default_factory=lambda: recorded("status"))
    usage: Any = field(default_factory=lambda: recorded("usage"))
    faults: dict[str, Answer] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    heeds_offset: bool = True

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """In place of ``requests.adapters.HTTPAdapter.send``."""
        assert request.url is not None
        url = urlparse(request.url)
        path = url.path.removeprefix("/api/v1")
        self.said.append(f"{request.method} {url.hostname} {path}")
        for pattern, fault in self.faults.items():
            if re.fullmatch(pattern, f"{url.hostname}{path}") or re.fullmatch(pattern, path):
                return _response(request, fault)
        return _response(request, self._answer(url.hostname or "", path, parse_qs(url.query)))

    def _answer(self, host: str, path: str, query: Mapping[str, list[str]]) -> Answer:
        if host.startswith("iam."):
            return {"access_token": BEARER, "token_type": "Bearer", "expires_in": 3600, "expiration": 2**33}
        for start, name in (("api.global-search", "search"), ("globalcatalog", "catalog")):
            if host.startswith(start):
                answered: Answer = recorded(name)
                return answered
        known: dict[str, Callable[..., Any]] = {
            r"/jobs": lambda: self._listed(query),
            r"/jobs/([\w-]+)": lambda id: self._job(id, query),
            r"/jobs/([\w-]+)/metrics": lambda id: self.metrics.get(id, (404, NOT_FOUND)),
            r"/jobs/([\w-]+)/results": lambda id: (204, ""),
            r"/sessions/([\w-]+)": lambda id: self.sessions.get(id, (404, NOT_FOUND)),
            r"/instances/usage": lambda: self.usage,
            r"/backends": lambda: recorded("backends"),
            r"/backends/ibm_fez/configuration": lambda: {**_of_the_package("conf"), "backend_name": "ibm_fez"},
            r"/backends/ibm_fez/properties": lambda: _of_the_package("props"),
            r"/backends/(\w+)/status": lambda name: self.status.get(name, (404, NOT_FOUND)),
        }
        for pattern, answer in known.items():
            if found := re.fullmatch(pattern, path):
                given: Answer = answer(*found.groups())
                return given
        self.unknown.append(self.said[-1])
        return 404, NOT_FOUND

    def _listed(self, query: Mapping[str, list[str]]) -> Answer:
        """The list as the service filters it."""
        wants = {"backend": query.get("backend"), "session_id": query.get("session_id")}
        found = [job for job in self.jobs if all(not want or job.get(key) == want[0] for key, want in wants.items())]
        found = [job for job in found if set(query.get("tags", ())) <= set(job["tags"])]
        after, before = (query.get(key, [other])[0] for key, other in _ALWAYS.items())
        found = [job for job in found if _at(after) <= _at(job["created"]) <= _at(before)]
        start, most = int(query.get("offset", ["0"])[0]) * self.heeds_offset, int(query.get("limit", ["200"])[0])
        assert most <= 200, "the service's own limit"
        return {"jobs": found[start : start + most], "count": len(found), "limit": most, "offset": start}

    def _job(self, id: str, query: Mapping[str, list[str]]) -> Answer:
        for job in self.jobs:
            if job["id"] == id:
                return job if "exclude_params" in query else {**job, "params": self.params.get(id, {})}
        return 404, NOT_FOUND


NOT_FOUND = {"errors": [{"code": 1291, "message": f"Not found; you sent Authorization: Bearer {BEARER} MARKER"}]}


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    """An answer as ``requests`` holds it; an exception is raised."""
    if isinstance(answer, BaseException):
        raise answer
    code, body = answer if isinstance(answer, tuple) else (200, answer)
    response = requests.Response()
    response.status_code, response.url, response.request = code, str(request.url), request
    response._content = (body if isinstance(body, str) else json.dumps(body)).encode()
    response.headers["Content-Type"] = "application/json"
    return response


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cloud:
    """The cloud, with one saved account, whose API key is a marker."""
    from qiskit_ibm_runtime.accounts import management  # type: ignore[import-untyped, unused-ignore]

    home = tmp_path / "home"
    home.mkdir()
    account = home / "qiskit-ibm.json"
    saved = {"channel": "ibm_quantum_platform", "url": "https://cloud.ibm.com", "token": API_KEY, "instance": CRN}
    account.write_text(json.dumps({"mine": {**saved, "is_default_account": True}}))
    monkeypatch.setattr(management, "_DEFAULT_ACCOUNT_CONFIG_JSON_FILE", str(account))
    for name in ("QISKIT_IBM_TOKEN", "QISKIT_IBM_CHANNEL", "QISKIT_IBM_INSTANCE", "IAM_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("USAGE_DATA_OPT_OUT", "True")  # else the client walks the whole stack at each request
    made = Cloud()
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", made.send)
    return made
