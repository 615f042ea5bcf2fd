"""A mail that leaves: in three scripts, with a line that begins with a dot."""

from uuid import UUID

from notification_service.outside.carrier import Message
from support.notification import NOON

SENDER = "setu@mail.example"
MAIL = Message(
    UUID(int=7),
    kind="new",
    language="en",
    to="asha@ngo.example",
    subject="R-7KQ2-9XTC",
    body="अ ক a\n.dot\n",
    dated=NOON,
)
