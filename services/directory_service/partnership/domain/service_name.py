"""Name of a public service as its provider gives it: one, and others by language. Pages choose, APIs tell the one."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceName:
    """What a service is called; `names`: in other languages, by their codes, as far as its provider said so."""

    name: str
    names: Mapping[str, str]
