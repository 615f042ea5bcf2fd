"""HTTP/1.1 oddities: requests at the edge of RFC 9112 get one answer each, no 500, and never a stranger's answer.

Two lengths that disagree, folded headers, odd chunks, absolute targets, very long lines, NUL, HTTP/1.0, upgrades; and
pipelines, in which an unread body must not become a request.
"""

import re

import httpx

from attack.raw_http import RawAnswer, exchange, request
from attack.report import Report, Severity
from attack.target import Target

_JSON = b"Content-Type: application/json\r\n"
_CLOSE = b"Connection: close\r\n"
_SMUGGLED = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"


def _posts(path: str) -> dict[str, bytes]:
    def post(headers: bytes, body: bytes) -> bytes:
        return request("POST", path, _JSON + _CLOSE + headers, body)

    return {
        "no length": post(b"", b""),
        "two lengths": post(b"Content-Length: 2\r\nContent-Length: 3\r\n", b"{}x"),
        "two equal lengths": post(b"Content-Length: 2\r\nContent-Length: 2\r\n", b"{}"),
        "lengths in one line": post(b"Content-Length: 2, 2\r\n", b"{}"),
        "signed length": post(b"Content-Length: +2\r\n", b"{}"),
        "negative length": post(b"Content-Length: -1\r\n", b"{}"),
        "length in other digits": post("Content-Length: ２\r\n".encode(), b"{}"),
        "huge length": post(b"Content-Length: 99999999999999999999\r\n", b"{}"),
        "length with underscore": post(b"Content-Length: 1_0\r\n", b"{}        "),
        "length and chunks": post(b"Content-Length: 4\r\n" + _CHUNKED, b"0\r\n\r\n" + _SMUGGLED),
        "chunks and length": post(_CHUNKED + b"Content-Length: 60\r\n", b"0\r\n\r\n" + _SMUGGLED),
        "chunked twice": post(_CHUNKED + _CHUNKED, b"2\r\n{}\r\n0\r\n\r\n"),
        "chunked, identity": post(b"Transfer-Encoding: chunked, identity\r\n", b"2\r\n{}\r\n0\r\n\r\n"),
        "xchunked": post(b"Transfer-Encoding: xchunked\r\n", b"2\r\n{}\r\n0\r\n\r\n"),
        "chunked after a tab": post(b"Transfer-Encoding:\tchunked\r\n", b"2\r\n{}\r\n0\r\n\r\n"),
        "space before the colon": post(b"Content-Length : 2\r\n", b"{}"),
        "empty chunk extension": post(_CHUNKED, b"2;a=\r\n{}\r\n0\r\n\r\n"),
        "chunk in 0x": post(_CHUNKED, b"0x2\r\n{}\r\n0\r\n\r\n"),
        "signed chunk": post(_CHUNKED, b"+2\r\n{}\r\n0\r\n\r\n"),
        "negative chunk": post(_CHUNKED, b"-1\r\n{}\r\n0\r\n\r\n"),
        "huge chunk": post(_CHUNKED, b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        "chunk without its end": post(_CHUNKED, b"2\r\n{}0\r\n\r\n"),
        "bare line feeds": post(_CHUNKED, b"2\n{}\n0\n\n"),
        "long chunk extension": post(_CHUNKED, b"2;" + b"a" * 70_000 + b"\r\n{}\r\n0\r\n\r\n"),
        "forbidden trailer": post(_CHUNKED, b"2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"),
        "gzip that is none": post(b"Content-Encoding: gzip\r\nContent-Length: 2\r\n", b"{}"),
        "HTTP/1.0 with chunks": request("POST", path, _JSON + _CHUNKED, b"2\r\n{}\r\n0\r\n\r\n", "1.0"),
        "expectation": post(b"Expect: 100-continue\r\nContent-Length: 2\r\n", b"{}"),
        "unknown expectation": post(b"Expect: tea\r\nContent-Length: 2\r\n", b"{}"),
    }  # fmt: skip


def _gets() -> dict[str, bytes]:
    def get(target: str, headers: bytes = b"", version: str = "1.1") -> bytes:
        return request("GET", target, _CLOSE + headers, version=version)

    return {
        "absolute target": get("http://evil.example/healthz"),
        "absolute target with a user": get("http://a:b@evil.example/healthz"),
        "authority as target": get("evil.example:80"),
        "asterisk": get("*"),
        "target without a slash": get("healthz"),
        "two slashes": get("//evil.example/healthz"),
        "backslash": get("/\\evil.example/healthz"),
        "dots": get("/static/kit/../../../../etc/passwd"),
        "encoded dots": get("/static/kit/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
        "encoded NUL": get("/static/kit/a%00b"),
        "bytes that are no UTF-8": get("/%ff%fe?limit=%ff"),
        "long target": get("/" + "a" * 70_000),
        "long query": get("/?" + "a=1&" * 20_000),
        "long header": get("/healthz", b"X-A: " + b"a" * 70_000 + b"\r\n"),
        "many headers": get("/healthz", b"X-A: a\r\n" * 500),
        "folded header": get("/healthz", b"X-A: a\r\n folded\r\n"),
        "NUL in a header": get("/healthz", b"X-A: a\x00b\r\n"),
        "NUL in the query": get("/?a=\x00"),
        "header without a name": get("/healthz", b": a\r\n"),
        "header without a colon": get("/healthz", b"nonsense\r\n"),
        "two hosts": get("/healthz", b"Host: evil.example\r\n"),
        "upgrade": get("/healthz", b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n"),
        "upgrade to HTTP/2": get("/healthz", b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
        "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/0.9": b"GET /healthz\r\n\r\n",
        "HTTP/9.9": get("/healthz", version="9.9"),
        "small letters": b"get /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "TRACE": request("TRACE", "/healthz", _CLOSE),
        "CONNECT": request("CONNECT", "evil.example:443", _CLOSE),
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    }  # fmt: skip


def play(target: Target, report: Report) -> None:
    """Each oddity alone, pipelines, and that an honest client still is answered."""
    for service in ("directory", "referral", "notification"):
        port = target.stack.layout.web_port(service)
        path = {"directory": "/api/session", "referral": "/api/withdrawals"}.get(service, "/api/notices/read-all")
        for name, sent in (_posts(path) | _gets()).items():
            _judge(report, f"{service}: {name}", exchange(port, sent), sent)
        _pipelines(report, service, port, path)
        held = httpx.get(target.url(service, "/healthz"), trust_env=False).status_code == 200
        report.check(held, Severity.HIGH, f"{service} answers nobody after the oddities")


def _judge(report: Report, name: str, answer: RawAnswer, sent: bytes) -> None:
    again = f"send {sent[:160]!r}"
    final = [status for status in answer.statuses if status >= 200]
    report.check(len(final) <= 1, Severity.HIGH, f"{name}: one request, answers {answer.statuses}", again)
    bad = [status for status in final if status >= 500 and status not in {501, 505}]
    report.check(not bad, Severity.LOW, f"{name}: {bad}", again)
    report.check(b"root:" not in answer.received, Severity.HIGH, f"{name}: a file of the system", again)
    leads_away = re.search(rb"[\"'= ](https?:)?[/\\]{2}([^/]*@)?evil\.example", answer.received)
    report.check(not leads_away, Severity.MEDIUM, f"{name}: the answer leads to a foreign host", again)


def _pipelines(report: Report, service: str, port: int, path: str) -> None:
    """A refused request's body is thrown away, or the connection is; it never becomes a request of its own."""
    hidden = _JSON + f"Content-Length: {len(_SMUGGLED)}\r\n".encode()
    for name, first in {
        "unread body of a POST": request("POST", path, hidden, _SMUGGLED),
        "unread body of a GET": request("GET", "/healthz", hidden, _SMUGGLED),
        "unread body of a 404": request("POST", "/nowhere", hidden, _SMUGGLED),
        "unread body of a 405": request("DELETE", "/healthz", hidden, _SMUGGLED),
        "unread chunks of a 404": request(
            "POST", "/nowhere", _CHUNKED, b"%x\r\n%b\r\n0\r\n\r\n" % (len(_SMUGGLED), _SMUGGLED)
        ),
    }.items():
        last = request("GET", "/healthz", _CLOSE)
        for pieces in ((first + last,), (first, last)):
            answer = exchange(port, *pieces, pause=0.05)
            words = f"{service}: {name}: two requests, answers {answer.statuses}"
            report.check(len(answer.statuses) <= 2 and b"User-agent" not in answer.received, Severity.HIGH, words)
