"""`contracts/openapi/notification_service.json` is what the service says of itself.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/notification/test_notification_openapi.py`.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from notification_service.app import create_app
from notification_service.settings import load

CONTRACT = Path(__file__).parents[3] / "contracts" / "openapi" / "notification_service.json"
WRITE_ANEW = "write it anew with SETU_WRITE_CONTRACTS=1, twice (CONTRIBUTING, Add an endpoint)"


def test_the_published_document_is_the_one_that_is_served(fresh_database: Callable, settings_env: Callable) -> None:
    app = create_app(load(settings_env("notification", fresh_database("notification"))))

    served = app.test_client().get("/api/openapi.json").get_json()
    assert served.pop("servers") == [{"url": "http://notification.test"}]  # where it stands is no part of the contract

    if os.environ.get("SETU_WRITE_CONTRACTS") == "1":
        CONTRACT.parent.mkdir(parents=True, exist_ok=True)
        CONTRACT.write_text(json.dumps(served, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(CONTRACT.read_text(encoding="utf-8")) == served, WRITE_ANEW
