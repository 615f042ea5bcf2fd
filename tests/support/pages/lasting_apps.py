"""The directory's web process, built once for connections that last; each test finds it as one that has just begun.

Why: its hundreds of routes and its templates cost more than most tests ask of it. What it remembers (answers, posts
that were counted, an open index) is forgotten before each test, but for counted searches and verified tokens;
clock, ids and files are the test's own. Not for a test that needs two processes at once, other settings, or breaks one:
`create_app` makes those.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.app import create_app
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.hsds.api.response_cache import ResponseCache
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.partnership.use_cases.board.limit_unnamed_posts import UnnamedPostLimit
from directory_service.settings import Settings
from service_kit.clock import Clock
from service_kit.db.engine import Database
from service_kit.ids import Ids, SystemIds

_NO_FILES = {"index_dir": Path(), "export_dir": Path()}


@dataclass
class _Built:
    app: Flask
    db: Database
    settings: Settings
    config: Mapping[str, Any]
    extensions: Mapping[str, Any]

    def fits(self, settings: Settings, db: Database) -> bool:
        """Whether the same process would be made again, but for the folders of its files."""
        return self.db is db and replace(self.settings, **_NO_FILES) == replace(settings, **_NO_FILES)


class LastingApp:
    """One process at a time, of whichever database asked last. Whoever had it before has it no more."""

    def __init__(self) -> None:
        self._built: _Built | None = None

    def begun(self, settings: Settings, clock: Clock, db: Database, ids: Ids | None = None) -> Flask:
        """As `create_app` makes it."""
        if self._built is None or not self._built.fits(settings, db):
            app = create_app(settings, clock=clock, ids=ids, db=db)
            self._built = _Built(app, db, settings, dict(app.config), dict(app.extensions))
            return app
        _begin_anew(self._built, settings, clock, ids or SystemIds())
        return self._built.app


def _begin_anew(built: _Built, settings: Settings, clock: Clock, ids: Ids) -> None:
    app, context = built.app, built.extensions["setu"]
    app.config.clear()
    app.config.update(built.config)
    app.extensions.clear()
    app.extensions.update(built.extensions)
    app.extensions["setu"] = replace(context, settings=settings, clock=clock, ids=ids)
    before = built.extensions["setu_dependencies"]
    made = (
        replace(before[Dependencies], ids=ids),
        SearchIndex(settings.index_dir, clock),
        UnnamedPostLimit(),
        PackageFolder(settings.export_dir),
        before[Publication],
    )
    app.extensions["setu_dependencies"] = {type(each): each for each in made}
    assert app.extensions["setu_dependencies"].keys() == before.keys(), "create_app gives it something else, too"
    _forget_answers(app)


def _forget_answers(app: Flask) -> None:
    layer = app.wsgi_app
    while not isinstance(layer, ResponseCache):
        layer = layer._app  # type: ignore[attr-defined]  # what each middleware of ours is around
    layer._stored.clear()
