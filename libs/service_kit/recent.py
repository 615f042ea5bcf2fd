"""What was asked for lately, within so many bytes: what was asked for longest ago leaves first.

For values that can be made again at some price. Whoever puts one in says what it takes; one that would push out most
of the others is not taken. Safe to share among threads; two that miss the same value both make it.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key, at most `most_bytes` of them."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.held = 0  # bytes
        self._changing = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """The value, if it is still here."""
        found = self._kept.get(key)
        if found is None:
            return None
        with self._changing:
            if key in self._kept:
                self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, cost: int) -> None:
        """Keep a value that takes `cost` bytes, in the place of the one that was here under this key."""
        if cost > self._most_bytes // 4:
            return
        with self._changing:
            before = self._kept.pop(key, None)
            self.held += cost - (before[1] if before else 0)
            self._kept[key] = value, cost
            while self.held > self._most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self.held -= freed
