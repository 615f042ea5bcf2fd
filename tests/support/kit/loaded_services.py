"""What the programs of our services load of our own, for processes that are forked with it (`forked.py`).

Without what leads to prometheus_client: a web process names the folder of its figures before it loads that. It is half
of what a web process imports and nearly all that a worker does; to load it takes two seconds, so only who starts these
programs has it loaded, and the files that do run in one process (`ONE_SYSTEM` of `conftest.py`). What is missing here
costs time and nothing else. Not a test module.
"""

import gc
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

_SERVICES = Path(__file__).resolve().parents[3] / "services"
_ROOMS = {"domain", "store", "use_cases"}
_FIGURES = "prometheus_client"


def _load() -> None:
    """Load each module of these rooms; one that leads to figures fails as where there are none, and is not kept."""
    sys.modules[_FIGURES] = None  # type: ignore[assignment]  # which Python reads as “there is no such module”
    for path in sorted(_SERVICES.glob("*_service/**/*.py")):
        names = path.relative_to(_SERVICES).with_suffix("").parts
        if _ROOMS.intersection(names) and "migrations" not in names and path.name != "__init__.py":
            with suppress(ModuleNotFoundError):
                import_module(".".join(names))
    del sys.modules[_FIGURES]


_load()
gc.freeze()  # a collection would copy, page by page, what forked processes share
