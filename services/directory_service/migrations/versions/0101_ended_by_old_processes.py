"""What a process of 0.1.0 ends or resumes beside this release is noted as 0081 wants it: guests keep their meetings.

Such a process knows neither `agreement.was_active` nor `organization.suspended_since`. Whom it suspends rests on all
days, as before, until it is resumed.
"""

from alembic import op

revision = "0101_ended_by_old_processes"
down_revision = "0100_hidden_places_of_late"
branch_labels = None
depends_on = None

TRIGGERS = """
CREATE FUNCTION note_was_active() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.was_active := true;
    RETURN NEW;
END $$;
CREATE TRIGGER agreement_was_active BEFORE UPDATE ON agreement
    FOR EACH ROW WHEN (OLD.state = 'active' AND NEW.state = 'ended') EXECUTE FUNCTION note_was_active();
CREATE FUNCTION note_resumed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.suspended_since := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER organization_resumed BEFORE UPDATE ON organization
    FOR EACH ROW WHEN (OLD.status <> 'active' AND NEW.status = 'active') EXECUTE FUNCTION note_resumed();
"""


def upgrade() -> None:
    op.execute(TRIGGERS)
