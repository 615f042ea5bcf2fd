"""Whether the clock follows a time server is what the kernel has in its status word."""

import ctypes
import struct
import sys

from service_kit.kernel_clock import follows_time_server

STATUS_AT, UNSYNCHRONISED = 40, 0x0040  # of `struct timex`, on 64 bits


def test_the_kernel_is_asked_and_where_it_is_another_one_nothing_is_claimed() -> None:
    if sys.platform != "linux":
        assert not follows_time_server()
        return
    timex = ctypes.create_string_buffer(256)
    ctypes.CDLL(None).adjtimex(timex)
    (status,) = struct.unpack_from("i", timex, STATUS_AT)

    assert follows_time_server() is not bool(status & UNSYNCHRONISED)
