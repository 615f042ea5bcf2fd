"""Probes of what a stack stands on: database, broker and mail server, each fault with its cause in plain words.

Why: a process that cannot reach them says only that it cannot. Promises: nothing is changed, nothing is sent, and no
password is in the words. When not to use it: for alarms; those read gauges (reasons.py).
"""

import re
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import conninfo_to_dict

from service_kit.db.provision import libpq
from service_kit.messaging.rabbitmq import BrokerError, try_connection

PATIENCE = 5  # seconds
CAUSES = (
    (r"certificate has expired", "its TLS certificate has run out: renew it"),
    (r"certificate is not yet valid", "its TLS certificate is not valid yet: is this machine's clock right?"),
    (r"certificate.verify.failed|self-signed", "its TLS certificate is not one that this machine trusts"),
    (
        r"not known|name resolution|failed to resolve|translate host name|No address associated",
        "its name is not found: is DNS away, or the name wrong?",
    ),
    (r"refused\b(?!.*password)", "nothing listens at its address"),
    (r"time.?out|timed out", f"it gave no answer within {PATIENCE} s"),
    (r"password authentication|ACCESS_REFUSED|Authentication failed", "it refuses the password"),
    (r"too many clients|remaining connection slots", "it has no connection left (max_connections)"),
    (r"No space left", "the disk is full: make room"),
    (r"Permission denied", "this user may not write there"),
    (r"Too many open files", "no file descriptor is left (ulimit -n)"),
)
"""What an error says → the cause, and what to do."""
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # PostgreSQL's frontend protocol, "SSL session encryption"


def find_database_fault(url: str) -> str | None:
    """Connect to PostgreSQL and leave again; the cause where that fails."""
    try:
        psycopg.connect(libpq(url), connect_timeout=PATIENCE).close()
    except psycopg.Error as error:
        return cause_of(_words_about_its_certificate(url) or str(error))
    return None


def _words_about_its_certificate(url: str) -> str:
    """What OpenSSL says of the certificate of a PostgreSQL that must be verified; libpq says only that it failed."""
    told = {name: str(value) for name, value in conninfo_to_dict(libpq(url)).items()}
    if not told.get("sslmode", "").startswith("verify"):
        return ""
    try:
        with socket.create_connection((told["host"], int(told.get("port", "5432"))), PATIENCE) as raw:
            raw.sendall(_SSL_REQUEST)
            trusting = ssl.create_default_context(cafile=told.get("sslrootcert"))
            if raw.recv(1) == b"S":
                trusting.wrap_socket(raw, server_hostname=told["host"]).close()
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError as error:
        return str(error)
    return ""


def find_broker_fault(url: str) -> str | None:
    """Connect to RabbitMQ and leave again; the cause where that fails."""
    try:
        try_connection(url)
    except BrokerError as error:
        return cause_of(str(error))
    return None


def find_mail_fault(environment: Mapping[str, str]) -> str | None:
    """Ask the service's own command, which sends nothing. `environment` is the notification worker's."""
    command = [sys.executable, "-m", "setu_cli", "notification", "mail"]
    tried = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else cause_of(tried.stderr)


def cause_of(words: str) -> str:
    """The first cause that an error's words name; else their last line."""
    for pattern, cause in CAUSES:
        if re.search(pattern, words):
            return cause
    return words.strip().rpartition("\n")[2]
