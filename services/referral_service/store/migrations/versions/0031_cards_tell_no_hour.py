"""What a card says of its use tells no hour, and of an arrival no day; a sender finds the own referral's card.

A card's number is known to who handed it out and to who got it. The moment of its use led to the officer's account, the
day of an arrival to provider and need. A trigger rounds both, also in what a process of the release before writes; what
is there already is rounded in parts (0037), since cards are used and shown meanwhile.
"""

from alembic import op

from referral_service.store.policies import CODE_OF_OWN_REFERRAL
from service_kit.db.row_security import role_name

revision = "0031_cards_tell_no_hour"
down_revision = "0030_cards_alone"
branch_labels = None
depends_on = None

_ROUNDED_FROM_NOW_ON = """
CREATE FUNCTION card_tells_no_hour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.used_at := date_trunc('day', NEW.used_at AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata';
    RETURN NEW;
END $$;
CREATE TRIGGER card_tells_no_hour BEFORE INSERT OR UPDATE OF used_at ON card
    FOR EACH ROW WHEN (NEW.used_at IS NOT NULL) EXECUTE FUNCTION card_tells_no_hour();
CREATE FUNCTION arrival_tells_no_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.arrived_on := NEW.handed_out_on;
    RETURN NEW;
END $$;
CREATE TRIGGER arrival_tells_no_day BEFORE INSERT OR UPDATE OF arrived_on ON card_holder
    FOR EACH ROW WHEN (NEW.arrived_on IS NOT NULL) EXECUTE FUNCTION arrival_tells_no_day();
"""


def upgrade() -> None:
    op.execute(_ROUNDED_FROM_NOW_ON)  # the card before its holder, in the order in which a submission locks them
    web = role_name(op, "web")
    op.execute(f'CREATE POLICY "{web}_sender" ON card_holder FOR SELECT TO "{web}" USING ({CODE_OF_OWN_REFERRAL})')
