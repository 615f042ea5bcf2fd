import base64
import itertools
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from service_kit import sealed_box
from service_kit.keyring import CannotOpen, Keyring, MacKey, WrappedKey

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = {"table": "identity", "row": "7", "column": "contact"}


@given(st.binary())
def test_what_is_sealed_opens_at_its_own_place(plaintext: bytes) -> None:
    keyring = Keyring({"new": NEW})
    key = keyring.new_record_key()

    assert keyring.unwrap(key.stored).open(key.seal(plaintext, **PLACE), **PLACE) == plaintext


@pytest.mark.parametrize("moved", [{"table": "other"}, {"row": "8"}, {"column": "name"}])
def test_a_value_that_is_moved_does_not_open(moved: dict[str, str]) -> None:
    keyring = Keyring({"new": NEW})
    key = keyring.new_record_key()
    sealed = key.seal(b"secret", **PLACE)

    with pytest.raises(CannotOpen):
        key.open(sealed, **{**PLACE, **moved})


@given(st.integers(min_value=0))
def test_a_changed_value_does_not_open(where: int) -> None:
    keyring = Keyring({"new": NEW})
    key = keyring.new_record_key()
    sealed = bytearray(key.seal(b"secret", **PLACE))
    sealed[where % len(sealed)] ^= 1

    with pytest.raises(CannotOpen):
        key.open(bytes(sealed), **PLACE)


def test_another_records_key_does_not_open_it() -> None:
    keyring = Keyring({"new": NEW})
    sealed = keyring.new_record_key().seal(b"secret", **PLACE)

    with pytest.raises(CannotOpen):
        keyring.new_record_key().open(sealed, **PLACE)


def test_after_rotation_old_values_open_and_the_old_key_can_go_once_all_is_rewrapped() -> None:
    before = Keyring({"old": OLD})
    key = before.new_record_key()
    sealed = key.seal(b"secret", **PLACE)
    during = Keyring({"new": NEW, "old": OLD})

    assert during.unwrap(key.stored).open(sealed, **PLACE) == b"secret"
    rewrapped = during.rewrap(key.stored)

    after = Keyring({"new": NEW})
    assert rewrapped.kek_id == "new"
    assert after.unwrap(rewrapped).open(sealed, **PLACE) == b"secret"
    with pytest.raises(CannotOpen, match="not in the keyring"):
        after.unwrap(key.stored)


def test_whoever_asks_while_another_thread_reads_new_keys_gets_no_old_one() -> None:
    assert [step for step in range(200) if _primary_seen_at(step) not in (None, "new")] == []
    assert _primary_seen_at(0) == "new"


def _primary_seen_at(step: int) -> str | None:
    """What another thread is told that runs in at this bytecode of the change; None where the change has fewer."""
    keks, steps, seen = {"old": OLD}, itertools.count(), list[str]()
    keyring = Keyring(lambda: keks)
    assert keyring.primary == "old"
    keks = {"new": NEW}

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        frame.f_trace_opcodes = True
        if event == "opcode" and next(steps) == step:
            with ThreadPoolExecutor(1) as other:
                seen.append(other.submit(lambda: keyring.primary).result())
        return trace

    usual = sys.gettrace()
    sys.settrace(trace)
    try:
        keyring.new_record_key()
    finally:
        sys.settrace(usual)
    return seen[0] if seen else None


def test_a_wrapped_key_that_is_relabelled_does_not_unwrap() -> None:
    keyring = Keyring({"new": NEW, "twin": NEW})
    key = keyring.new_record_key()

    with pytest.raises(CannotOpen):
        keyring.rewrap(WrappedKey("twin", key.stored.wrapped))


@pytest.mark.parametrize(
    "setting", ["", "kid", "kid:%%%", f"kid:{base64.b64encode(b'short').decode()}", "a:AAAA,a:AAAA"]
)
def test_a_bad_setting_is_refused_without_quoting_it(setting: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 (the words are checked below)
        Keyring.from_setting(setting)

    assert not setting or setting not in str(refusal.value)


def test_no_key_shows_when_a_keyring_is_printed() -> None:
    shown = repr(Keyring({"new": NEW})) + repr(MacKey(OLD))

    assert "nnn" not in shown
    assert "ooo" not in shown


def test_digests_of_two_purposes_cannot_be_matched_up() -> None:
    mac = MacKey(OLD)

    assert mac.digest("card", b"x") == MacKey(OLD).digest("card", b"x")
    assert mac.digest("card", b"x") != mac.digest("phone", b"x")


def test_a_sealed_box_opens_for_its_reader_and_its_use_only() -> None:
    reader, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    public = base64.b64encode(reader.public_key().public_bytes_raw()).decode()
    private = base64.b64encode(reader.private_bytes_raw()).decode()
    sealed = sealed_box.seal(public, b"mail", b"member")

    assert sealed_box.open(private, sealed, b"member") == b"mail"
    with pytest.raises(CannotOpen):
        sealed_box.open(private, sealed, b"something else")
    with pytest.raises(CannotOpen):
        sealed_box.open(base64.b64encode(other.private_bytes_raw()).decode(), sealed, b"member")
    with pytest.raises(CannotOpen):
        sealed_box.open(private, sealed[:20], b"member")
