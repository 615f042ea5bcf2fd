"""Whether the clock follows a time server is what the kernel has in its status word."""

import ctypes
import struct
import sys

import pytest

from service_kit.kernel_clock import follows_time_server

STATUS_AT, UNSYNCHRONISED = 40, 0x0040  # of `struct timex`, on 64 bits


@pytest.mark.skipif(sys.platform == "linux", reason="Linux is asked")
def test_where_the_kernel_is_another_one_nothing_is_claimed() -> None:
    assert not follows_time_server()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is asked")
def test_the_kernel_is_asked() -> None:
    timex = ctypes.create_string_buffer(256)
    ctypes.CDLL(None).adjtimex(timex)
    (status,) = struct.unpack_from("i", timex, STATUS_AT)

    assert follows_time_server() is not bool(status & UNSYNCHRONISED)
