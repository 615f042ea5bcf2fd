"""Rows of HSDS 3 that a converter makes of a file's: each with the name of its resource."""

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
