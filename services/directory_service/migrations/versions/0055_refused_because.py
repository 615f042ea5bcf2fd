"""Why an organisation that was requested is refused: a code, which its coordinators and its people read."""

from alembic import op

<<<<<<<< HEAD:services/directory_service/migrations/versions/0055_refused_because.py
revision = "0055_refused_because"
down_revision = "0054_people_of_providers"
========
revision = "0056_refused_because"
down_revision = "0055_first_slips"
>>>>>>>> walkb:services/directory_service/migrations/versions/0056_refused_because.py
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN refused_because text")
