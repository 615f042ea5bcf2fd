"""The simulated SMS gateway on loopback, and the settings by which the service reaches it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_stack.layout import CHECKOUT
from local_stack.sms_gateway import Gateway, make_server
from notification_service.outside.sms_settings import SmsSettings

DEMO = CHECKOUT / "ops" / "local_stack" / "sms_demo.toml"
APP = "http://notification.test"


@dataclass
class RunningGateway:
    """`gateway` says what arrived; `file` is what SETU_SMS names."""

    gateway: Gateway
    url: str
    file: Path

    @property
    def settings(self) -> SmsSettings:
        return SmsSettings.read(str(self.file))


def write_sms_file(folder: Path, *, gateway: str = "http://127.0.0.1:9", notices: str = APP, **changes: str) -> Path:
    """The demo's file; `changes` replace one text by another."""
    text = DEMO.read_text().replace("{gateway}", gateway).replace("{notices}", notices)
    for old, new in changes.items():
        text = text.replace(old, new)
    path = folder / "sms.toml"
    path.write_text(text)
    return path


@contextmanager
def sms_gateway(folder: Path, **more: object) -> Iterator[RunningGateway]:
    gateway = Gateway(**more)  # type: ignore[arg-type]  # given by keyword, one type each
    server = make_server(gateway)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield RunningGateway(gateway, url, write_sms_file(folder, gateway=url))
    finally:
        gateway.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
