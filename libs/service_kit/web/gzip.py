"""Pack what everybody may read, for clients that unpack gzip: a page of full services becomes a fifth.

Only answers that are open to every origin (`any_origin`): they hold no secret whose letters could be guessed from a
packed length. A packed answer is another representation (RFC 9110 §8.8.3), so its tag ends in `-gzip`; that ending is
taken off what clients send back, and the application never sees it. Streams stay streams, in constant memory.
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import ClosingIterator

from service_kit.web.etag import read_tags

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TYPES = ("application/json", "application/x-ndjson", "application/problem+json")
_SMALL = 1_000  # bytes that are not worth it
_LEVEL = 4
_GZIP = 16 + zlib.MAX_WBITS
SUFFIX = "-gzip"  # of the tag of a packed answer
_TAGS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


class Gzip:
    """WSGI middleware; a response cache stands around it and keeps what was packed, so that it is packed once."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let the application answer, and pack that."""
        packed = frozenset[str]()
        for name in _TAGS:
            tags = read_tags(environ.get(name))
            if named := frozenset(tag for tag in tags.named if tag.endswith(SUFFIX)):
                environ[name], packed = str(tags.without(SUFFIX)), packed | named
        if not (packed or takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))):
            return self._app(environ, start_response)
        return self._packed(environ, start_response, packed)

    def _packed(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", held: frozenset[str]
    ) -> Iterable[bytes]:
        told: list[Any] = []

        def noting(*given: Any) -> Any:
            told[:] = given
            return _no_writing

        body = self._app(environ, noting)
        status, headers = told[0], Headers(told[1])
        packs = status[:3] == "200" and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) and _is_worth_it(headers)
        if packs or (status[:3] == "304" and headers.get("ETag", "").strip('"') + SUFFIX in held):
            _rename(headers)
        if packs:
            body = _pack(body, headers, whole=environ["REQUEST_METHOD"] != "HEAD" and "Content-Length" in headers)
        start_response(status, headers.to_wsgi_list(), *told[2:])
        return body


def _no_writing(_: bytes) -> object:
    raise NotImplementedError("Flask returns its bodies")


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding lets an answer be packed."""
    return bool(accepted) and parse_accept_header(accepted).quality("gzip") > 0


def _is_worth_it(headers: Headers) -> bool:
    return (
        headers.get("Access-Control-Allow-Origin") == "*"
        and headers.get("Content-Type", "").partition(";")[0] in _TYPES
        and "Content-Encoding" not in headers
        and int(headers.get("Content-Length", _SMALL)) >= _SMALL
    )


def _rename(headers: Headers) -> None:
    tag = headers.get("ETag", "")
    if tag.endswith('"'):
        headers["ETag"] = f'{tag[:-1]}{SUFFIX}"'


def _pack(body: Iterable[bytes], headers: Headers, *, whole: bool) -> Iterable[bytes]:
    headers["Content-Encoding"] = "gzip"
    headers.remove("Content-Length")
    stream = ClosingIterator(_stream(body), [getattr(body, "close", lambda: None)])
    if not whole:
        return stream
    packed = b"".join(stream)
    stream.close()
    headers["Content-Length"] = str(len(packed))
    return (packed,)


def _stream(body: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    begun = False
    for block in body:
        begun = True
        if packed := packer.compress(block):
            yield packed
    if begun:  # the answer to a HEAD has no body
        yield packer.flush()
