"""One whole demo for the tests that need one; started when the first of them runs."""

from collections.abc import Iterator

import pytest

from demo_stack import Demo, free_base
from local_stack.layout import CHECKOUT, Layout


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo; `test_demo.py` ends and forgets it, so whatever else needs it stands in a module before that."""
    folder = tmp_path_factory.mktemp("demo")
    for part in (folder, folder.parent):
        part.chmod(0o755)
    demo = Demo(Layout(CHECKOUT, free_base(), folder / "var"), folder / "output")
    demo.start()
    yield demo
    demo.setu("clean", check=False)
