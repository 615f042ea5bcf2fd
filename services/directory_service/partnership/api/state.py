"""`/api/partnership/state`: districts over twelve months as JSON and as CSV, for the state's people and programs."""

from typing import Any

from flask import Response, jsonify

from directory_service.accounts.domain.api_keys import PARTNERSHIP
from directory_service.editing.domain.sheets.table import file_of
from directory_service.organizations.use_cases.extend_reach import extend_reach
from directory_service.partnership.api.state_schemas import StateOut, StateQuery, state_document
from directory_service.partnership.domain.record_facts import COLUMNS, table_of, table_of_state
from directory_service.partnership.domain.written_month import read_month
from directory_service.partnership.use_cases.show_state import StateView, show_state
from service_kit.errors import BadQuery, FieldError
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from setu.india import day_in_india
from setu.roles import INTEGRATOR, STATE_READERS

_LINES = "district,name,month,table,row,value,shown\r\n315,Kolkata,2026-11,consent,sent,40,rounded\r\n"
blueprint = Blueprint("state_api", __name__, url_prefix="/api/partnership", description="Districts of a state")


@blueprint.route("/state")
@require(*STATE_READERS, INTEGRATOR, key_scope=PARTNERSHIP)
@blueprint.arguments(StateQuery, location="query")
@blueprint.response(200, StateOut)
def get_state(query: dict[str, Any]) -> Response:
    """Districts over twelve months: exact for meetings and training, as published for people."""
    return jsonify(state_document(_view(query)))


@blueprint.route("/state.csv")
@require(*STATE_READERS, INTEGRATOR, key_scope=PARTNERSHIP)
@blueprint.arguments(StateQuery, location="query")
@blueprint.response(200, {"type": "string"}, content_type="text/csv", example=_LINES)
def get_state_table(query: dict[str, Any]) -> Response:
    """The same as a table of single facts: district, name, month, table, row, value, shown."""
    view = _view(query)
    rows = [list(COLUMNS), *table_of_state(view.state.name, view.own_figures, view.own_board)]
    for row in view.districts:
        rows += table_of(row.district.code, row.district.name, row.record)
    response = Response(file_of(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="state.csv"'
    return response


def _view(query: dict[str, Any]) -> StateView:
    who, now = extend_reach(context().db, principal()), context().clock.now()
    month = read_month(query.get("month", ""), day_in_india(now))
    if "month" in query and month is None:
        raise BadQuery(FieldError("month", "This month has not begun."))
    with context().db.transaction(who.scope) as session:
        return show_state(session, who, now, month)
