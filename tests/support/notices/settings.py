"""The least that the two processes of the notification service must be told."""

import base64

KEY = base64.b64encode(bytes(32)).decode()
WEB = {
    "SETU_DATABASE_URL": "postgresql://web@db/setu_notification",
    "SETU_DIRECTORY_URL": "https://setu.example/directory",
    "SETU_REFERRAL_URL": "https://setu.example",
    "SETU_NOTIFICATION_URL": "https://setu.example/notifications",
    "SETU_MAC_KEY": KEY,
    "SETU_SESSION_PUBLIC_KEYS": f"k1:{KEY}",
}
WORKER = {
    **WEB,
    "SETU_AMQP_URL": "amqp://notification_service:secret@broker/",
    "SETU_AUDIT_PRIVATE_KEY": KEY,
    "SETU_KEK": f"k1:{KEY}",
    "SETU_MEMBER_BOX_PRIVATE_KEY": KEY,
    "SETU_SMTP_URL": "smtp://user:hidden@mail.example",
    "SETU_MAIL_FROM": "setu@mail.example",
}
