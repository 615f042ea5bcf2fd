"""Who sits at a district meeting's table: its units, prisons, courts and providers. All of it is data.

Beside them the other parties of the district's agreements in force are its guests, wherever they lie. Not for who
counts there: `quorum.py`. Source: docs/partnership.md.
"""

from setu.roles import COURT, POLICE_UNIT, PRISON, PROVIDER

AGREEING_KINDS = (POLICE_UNIT, PRISON)
"""The kinds of units that have an agreement with a provider."""
TABLE_KINDS = (*AGREEING_KINDS, COURT, PROVIDER)
