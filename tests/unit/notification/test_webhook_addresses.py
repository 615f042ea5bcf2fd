"""More than 200 ways to have this server knock inside: a listener on loopback counts, and nobody comes."""

import base64
import ipaddress
import ssl
from collections.abc import Iterator, Sequence

import pytest

from notification_service.domain.webhook_addresses import AddressRefused, is_public, parse_target
from notification_service.outside.webhook_resolver import WebhookAddresses, look_up
from notification_service.outside.webhooks import HttpWebhooks, NotSent, WebhookRequest
from support.webhooks.sinks import Sink, a_sink, own_loopback

HERE = own_loopback()
PORT = 8443
TLS = ssl.create_default_context()
CONNECTED = {"no_answer", "unreachable", "broken_off"}
INSIDE = (
    *(
        str(ipaddress.IPv4Address(0)),
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.254",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.1.2.3",
    ),
    *("169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.9"),
    *("192.0.0.170", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.254", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "233.252.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("168.63.129.16", HERE),
)
SIX = (
    *("::", "::1", "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002::1", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1"),
    *("fe80::1", "fe80::1%lo", "febf::1", "fec0::1", "feff::1", "ff01::1", "ff02::1", "ff05::2", "ff0e::1", "4000::1"),
)


def hidden_in_six(four: str) -> Iterator[str]:
    """An IPv4 address as it hides in IPv6: mapped, compatible, translated, NAT64 (both), 6to4, Teredo."""
    number = int(ipaddress.IPv4Address(four))
    for prefix in ("::ffff:0:0", "::", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"):
        yield str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | number))
    yield str(ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1))
    yield str(ipaddress.IPv6Address(0x20010000 << 96 | 0x0A000001 << 64 | (number ^ 0xFFFFFFFF)))


ADDRESSES = tuple(dict.fromkeys((*INSIDE, *SIX, *(six for four in INSIDE for six in hidden_in_six(four)))))
A, B, C, D = map(int, HERE.split("."))
NUMBER = int(ipaddress.IPv4Address(HERE))
HOSTS = (
    *(HERE, f"{HERE}.", str(NUMBER), hex(NUMBER), f"0{NUMBER:o}", f"{A}.{B}.{C * 256 + D}"),
    *(f"{A}.{B * 65536 + C * 256 + D}", f"{A:#x}.{B:#x}.{C:#x}.{D:#x}", f"0{A:o}.0{B:o}.0{C:o}.0{D:o}"),
    *(f"{A:#010x}.{B}.{C}.{D}", f"00{A:o}.{B}.{C}.{D:#x}", f"{A}.{B}.{C}.0{D:o}", f"[::ffff:{HERE}]", f"[::{HERE}]"),
    *(f"[::ffff:{HERE}%25lo]", "[::1]", "[::]", "localhost", "LOCALHOST", "localhost.", "localhost.localdomain"),
    *("0", "0x0", "127.1", "127.0.1", "017700000001", "0x7f000001", "2130706433", "x.0x7f000001", "a.b.127"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "loc%61lhost", "%31%32%37.0.0.1", "ʟᴏᴄᴀʟʜᴏsᴛ", "ſocalhost"),
    *(f"name@{HERE}", f"name:word@{HERE}", "hooks.example@localhost", f"hooks.example:443@{HERE}", f"@{HERE}"),
    *(f"hooks.example%40{HERE}", f"{HERE}\\@hooks.example", f"{HERE}#@hooks.example", f"{HERE}?@hooks.example"),
    *(f"{HERE}%00.example", f"{HERE} .example", f"{HERE}\t", f"{HERE}\r\nhost: x", f"[{HERE}]", "[::1", "::1"),
    *("hooks..example", "-hooks.example", "hooks-.example", "a" * 64 + ".example", "", "."),
)
URLS = (
    *(f"https://{host}:{PORT}/" for host in HOSTS),
    *(f"{scheme}://{HERE}:{PORT}/" for scheme in ("http", "ftp", "gopher", "file", "ws", "HTTP", "dict", "ldap")),
    *(f"https://hooks.example:{port}/" for port in ("22", "25", "80", "5432", "5672", "0", "-1", "99999", "x", "")),
    *(f"{HERE}:{PORT}/", f"//{HERE}:{PORT}/", f"https:{HERE}", f"https:/{HERE}/", f"https:///{HERE}/", "https://"),
    *("", " ", "javascript:1", "data:,x", "https://hooks.example/" + "a" * 500, "https://hooks.example/\x00"),
)


@pytest.fixture(scope="module")
def listener() -> Iterator[Sink]:
    with a_sink(HERE, PORT) as sink:
        yield sink


def send(url: str, resolve=look_up, private: Sequence[str] = ()) -> str:
    """The word with which the webhook was not sent."""
    carrier = HttpWebhooks(WebhookAddresses(private, resolve), total_seconds=0.2, tls=TLS)
    with pytest.raises(NotSent) as refused:
        carrier.send(WebhookRequest(url, {}, b"{}"))
    return refused.value.word


def test_the_corpus_is_large_enough() -> None:
    assert len(ADDRESSES) + len(set(URLS)) > 300
    assert len(ADDRESSES) > 200


def test_no_name_that_leads_to_an_inner_address_is_knocked_at(listener: Sink) -> None:
    words = {address: send(f"https://hooks.example:{PORT}/", lambda *_, a=address: [a]) for address in ADDRESSES}
    assert {address: word for address, word in words.items() if word != "not_public"} == {}
    assert listener.connections == 0


def test_no_way_of_writing_an_inner_address_is_knocked_at(listener: Sink) -> None:
    """The machine's own resolver answers; where no rule on writing bites, the rule on what was found does."""
    words = {url: send(url) for url in URLS}
    assert {url: word for url, word in words.items() if word in CONNECTED} == {}
    assert listener.connections == 0


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(listener: Sink) -> None:
    for found in (["93.184.215.14", HERE], [HERE, "93.184.215.14"], ["2606:2800:21f:cb07::1", f"::ffff:{HERE}"]):
        assert send(f"https://hooks.example:{PORT}/", lambda *_, found=found: found) == "not_public"
    assert listener.connections == 0


def test_a_name_that_leads_elsewhere_the_next_time_is_asked_once_and_pinned(listener: Sink) -> None:
    answers = iter([["192.0.2.77"], [HERE], [HERE]])
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    named = [f"rebind.example:{PORT}"]  # so that 192.0.2.77 is tried
    word = send(f"https://rebind.example:{PORT}/", rebinding, private=named)
    assert word in CONNECTED
    assert asked == ["rebind.example"]
    assert listener.connections == 0


def test_saved_while_it_led_outside_it_is_refused_once_it_leads_inside(listener: Sink) -> None:
    answers = iter([["93.184.215.14"], [HERE]])
    addresses = WebhookAddresses((), lambda *_: next(answers))
    assert addresses.pin(f"https://rebind.example:{PORT}/").addresses == ["93.184.215.14"]
    with pytest.raises(AddressRefused, match="not_public"):
        addresses.pin(f"https://rebind.example:{PORT}/")


@pytest.mark.parametrize("proxy", ["https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_asked(listener: Sink, monkeypatch, proxy: str) -> None:
    monkeypatch.setenv(proxy, f"http://{HERE}:{PORT}")
    monkeypatch.setenv("no_proxy", "")
    send("https://hooks.example/", lambda *_: ["192.0.2.77"], private=["hooks.example:443"])
    assert listener.connections == 0


def test_the_listener_is_reached_where_an_operator_has_named_the_host(listener: Sink) -> None:
    """Or nothing above would prove anything. The port speaks no TLS, so the connection is all that comes."""
    before = listener.connections
    assert send(f"https://hooks.example:{PORT}/", lambda *_: [HERE], private=[f"hooks.example:{PORT}"]) in CONNECTED
    assert send(f"https://{HERE}:{PORT}/", private=[f"{HERE}:{PORT}"]) in CONNECTED
    assert listener.connections == before + 2


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "2400:cb00::1", "100.128.0.1"]
)
def test_what_is_outside_is_let_through(address: str) -> None:
    assert is_public(address)
    url = "https://Hooks.Example:8443/in?key=" + base64.b64encode(b"k").decode()
    pinned = WebhookAddresses((), lambda *_: [address]).pin(url)
    assert (pinned.target.authority, pinned.target.path) == ("hooks.example:8443", "/in?key=aw==")


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://inner.example/", False),
        ("https://inner.example:8000/", True),
        ("https://inner.example:5432/", False),
        ("http://inner.example:8000/", False),
        ("http://plain.example:8000/", True),
        ("http://plain.example:5432/", False),
        ("http://[::1]:5432/", True),
        ("https://[::1]:5432/", False),
    ],
)
def test_a_host_of_the_own_house_is_let_through_on_its_port_without_tls_only_as_named(
    url: str, *, private: bool
) -> None:
    named = ("inner.example:8000", "http://plain.example:8000", "http://[::1]:*")
    try:
        assert parse_target(url, named).private is private
    except AddressRefused:
        assert not private
