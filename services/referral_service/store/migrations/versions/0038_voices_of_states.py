"""Voices that say "treated badly" of no provider, and were counted by district, are counted for the state.

The release before counts by district, where there may be one provider alone. What it goes on counting so is moved by
the worker (`move_to_states` of `store/voices.py`).
"""

from alembic import op

revision = "0038_voices_of_states"
down_revision = "0037_rounded_in_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        WITH moved AS (
            DELETE FROM voice_count
            WHERE said = 'badly_treated' AND district IS NOT NULL AND organization_id IS NULL
            RETURNING year, said, state, audience, count
        )
        INSERT INTO voice_count (year, said, state, district, organization_id, audience, count)
        SELECT year, said, state, NULL, NULL, max(audience), sum(count) FROM moved GROUP BY year, said, state
        ON CONFLICT (year, said, state, district, organization_id)
        DO UPDATE SET count = voice_count.count + excluded.count
    """)
