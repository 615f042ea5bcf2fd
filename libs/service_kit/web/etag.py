"""Strong entity tags made of a version number, and the preconditions on a change (RFC 9110 §8.8, §13.1).

Promises: one parser reads every list of tags that a client sends, so two places never disagree about what it holds. A
list that the grammar does not know names nothing, so the client gets the whole answer. In If-Match `"<version>"` and
nothing else is accepted; absent → 428, `*`, weak or old → 412. The tag of a packed answer (`"7:gzip"`) stands for the
version that was packed; a 304 repeats the tag that the client holds.
Not for lists whose tag is a generation or a digest: those call `set_etag` with their own text.
"""

import re
from dataclasses import dataclass

from flask import Response, request

from service_kit.errors import Stale
from service_kit.web.problems import WORDS, Problem

# Werkzeug's parser also takes tags without quotes, and reads an empty tag as None. Every quantifier is possessive:
# a header of any shape is read once from left to right.
_TAG = r'(W/)?"([\x21\x23-\x7E\x80-\xFF]*+)"'
_TAGS = re.compile(rf"[ \t,]*+(?:{_TAG}[ \t]*+(?:,[ \t,]*+|\Z))++")
_ONE_TAG = re.compile(_TAG)
PACKED = ":gzip"
"""What flask-compress appends to the tag of an answer that it packs."""


@dataclass(frozen=True)
class EntityTags:
    """What a client names in If-Match or If-None-Match, without quotes. `any_tag`: it said `*`."""

    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    any_tag: bool = False

    def __contains__(self, tag: int | str) -> bool:
        """Compare weakly, as a GET does: whether the client holds the answer with this tag."""
        return self.any_tag or str(tag) in self.strong or str(tag) in self.weak

    @property
    def named(self) -> frozenset[str]:
        """Every tag, weak or strong."""
        return self.strong | self.weak

    def unpacked(self) -> "EntityTags":
        """The same tags, as they were before an answer was packed."""
        strong, weak = (frozenset(tag.removesuffix(PACKED) for tag in tags) for tags in (self.strong, self.weak))
        return EntityTags(strong, weak, self.any_tag)


NO_TAGS = EntityTags()


def read_tags(header: str | None) -> EntityTags:
    """Parse a header of tags; one that is missing, empty or malformed names none."""
    text = (header or "").strip(" \t")
    if text == "*":
        return EntityTags(any_tag=True)
    if not _TAGS.fullmatch(text):
        return NO_TAGS
    found = _ONE_TAG.findall(text)
    weak = frozenset(tag for mark, tag in found if mark)
    return EntityTags(frozenset(tag for mark, tag in found if not mark), weak)


def set_etag(response: Response, version: int | str) -> Response:
    """Put the strong tag of `version` on the response and return it."""
    response.headers["ETag"] = f'"{version}"'
    return response


def require_if_match() -> str:
    """Return the raw If-Match header; raises 428 where it is missing."""
    header = request.headers.get("If-Match")
    if header is None:
        raise Problem(428, "precondition-required", WORDS["precondition-required"][1])
    return header


def if_match(current_version: int | str) -> None:
    """Check If-Match against the version at hand; raises 428 (missing) or 412 (anything but exactly that tag)."""
    if require_if_match().strip() not in {f'"{current_version}"', f'"{current_version}{PACKED}"'}:
        raise Stale


def held_tags() -> EntityTags:
    """The tags that the client of this GET says it holds, packed or not."""
    return _sent_tags().unpacked()


def _sent_tags() -> EntityTags:
    return read_tags(request.headers.get("If-None-Match"))


def if_none_match(version: int | str) -> bool:
    """Tell whether a GET may be answered 304: the client holds this version (weak comparison, RFC 9110 §13.1.2)."""
    return version in held_tags()


def not_modified(version: int | str, mimetype: str = "application/json") -> Response:
    """304 with the tag that the client holds and no body.

    `mimetype`: of the answer that the client holds. It is not sent, but decides which headers may be: a cache takes
    those of a 304 over (RFC 9111 §3.2).
    """
    packed = f"{version}{PACKED}"
    return set_etag(Response(status=304, mimetype=mimetype), packed if packed in _sent_tags().named else version)
