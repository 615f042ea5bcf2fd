"""Settings of the SMS gateway: an operator's TOML file, read whole and checked before anything starts.

It says where the gateway is, how it names things, and what was registered (`domain/dlt_templates.py`). The secret is
not in it: `SETU_SMS_KEY`. An example: `ops/local_stack/sms_demo.toml`.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from notification_service.domain.dlt_templates import Registration, Template

_HERE = ("localhost", "127.0.0.1", "::1")
FIELDS = ("to", "text", "id", "template", "entity", "header", "encoding")
_NEEDED = frozenset({"to", "text", "id", "template"})


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """One gateway and one registration.

    `fields`: our word (`FIELDS`) → the gateway's; `constants` are sent as they are; `encodings`: `gsm7`, `ucs2` → the
    gateway's words; `accepted`: what an answer of status 200 must hold to count. `plus`: numbers with a plus before
    them. `rate`: messages a second, None without a limit.
    """

    url: str
    form: bool
    fields: Mapping[str, str]
    registration: Registration
    constants: Mapping[str, str] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    key_header: str = "Authorization"
    plus: bool = True
    rate: float | None = None

    @classmethod
    def read(cls, path: str) -> Self:
        """Read the file. Raises ValueError in plain words, which name the place in it and quote nothing."""
        try:
            document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            raise ValueError("names a file that cannot be read") from None
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"names a file that is no TOML: {error}") from None
        try:
            return cls._of(document["gateway"], document["dlt"])
        except KeyError as missing:
            raise ValueError(f"names a file that lacks {missing}") from None

    @classmethod
    def _of(cls, gateway: Mapping[str, Any], dlt: Mapping[str, Any]) -> Self:
        fields = _texts(gateway["fields"], "gateway.fields", FIELDS)
        if missing := _NEEDED - fields.keys():
            raise ValueError(f"gateway.fields lacks {', '.join(sorted(missing))}")
        rate = gateway.get("rate")
        if rate is not None and not (isinstance(rate, int | float) and rate > 0):
            raise ValueError("gateway.rate must be a number above 0")
        return cls(
            url=_address(gateway["url"]),
            form=_one_of(gateway.get("body", "json"), "gateway.body", ("json", "form")) == "form",
            fields=fields,
            registration=_registration(dlt),
            constants=_texts(gateway.get("constants", {}), "gateway.constants"),
            encodings=_texts(gateway.get("encodings", {}), "gateway.encodings", ("gsm7", "ucs2")),
            accepted=_texts(gateway.get("accepted", {}), "gateway.accepted"),
            key_header=_matching(gateway.get("key_header", "Authorization"), "gateway.key_header", r"[A-Za-z0-9-]+"),
            plus=_one_of(gateway.get("number", "+"), "gateway.number", ("+", "digits")) == "+",
            rate=None if rate is None else float(rate),
        )


def _registration(dlt: Mapping[str, Any]) -> Registration:
    return Registration(
        entity=_matching(dlt["entity"], "dlt.entity", r"\d{10,20}"),
        header=_matching(dlt["header"], "dlt.header", r"[A-Za-z0-9]{3,11}"),
        templates=tuple(_template(one, number) for number, one in enumerate(dlt["template"], start=1)),
    )


def _template(one: Mapping[str, Any], number: int) -> Template:
    place = f"dlt.template {number}"
    kinds = one.get("kinds")
    if kinds is not None and not (isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)):
        raise ValueError(f"{place}: kinds must be a list of words")
    return Template(
        id=_matching(one["id"], f"{place}: id", r"\d{10,20}"),
        language=_matching(one["language"], f"{place}: language", r"[a-z]{2,3}"),
        text=_matching(one["text"], f"{place}: text", r"[^\n]+"),
        kinds=None if kinds is None else frozenset(kinds),
    )


def _address(value: object) -> str:
    url = _matching(value, "gateway.url", r"\S+")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise ValueError("gateway.url must read https://host…; http:// is for this machine only")
    if not parts.hostname or parts.username or parts.fragment:
        raise ValueError("gateway.url must have a host, and neither a user nor a fragment")
    return url


def _matching(value: object, place: str, pattern: str) -> str:
    if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
        raise ValueError(f"{place} is not well formed")
    return value


def _one_of(value: object, place: str, words: Collection[str]) -> object:
    if value not in words:
        raise ValueError(f"{place} must be one of: {', '.join(words)}")
    return value


def _texts(value: object, place: str, known: Collection[str] | None = None) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError(f"{place} must be a table of texts")
    if known is not None and (unknown := value.keys() - set(known)):
        raise ValueError(f"{place} knows no {', '.join(sorted(unknown))}; it knows {', '.join(known)}")
    return value
