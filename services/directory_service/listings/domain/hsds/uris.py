"""Addresses as the standard's format `uri` has them: letters of ASCII only (RFC 3986).

People write and paste addresses in their own script; the name of the host has a spelling in ASCII (IDNA), the rest has
percent signs. Both lead to the same place.
"""

from urllib.parse import quote, urlsplit, urlunsplit

_LEFT_ALONE = "%/:@!$&'()*+,;=~?"


def as_uri(text: str) -> str:
    """The same address in ASCII; as it is where it is so already, or where there is no such spelling of it."""
    if text.isascii():
        return text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode()
        place = host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return text
    if "@" in parts.netloc:  # no address to give to others
        return text
    rest = (quote(part, safe=_LEFT_ALONE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, place, *rest))
