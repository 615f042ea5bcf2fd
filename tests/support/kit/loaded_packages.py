"""What the programs of all services import from elsewhere, for processes that are forked with it (`forked.py`).

Without our own modules and prometheus_client: a web process names the folder of its figures before it loads these. What
is missing here costs time and nothing else. A web process compiles its templates before it forks, which takes as long
as all imports: as in a test's own process, a run compiles each once (`conftest.py`). Not a test module.
"""

import gc
import os
import wsgiref.simple_server

import alembic.migration
import alembic.operations
import argon2
import babel.messages.frontend
import babel.support
import barcode
import cachetools
import cryptography.hazmat.primitives.ciphers.aead
import cryptography.x509
import flask_babel
import flask_compress
import flask_smorest
import gunicorn.app.wsgiapp
import gunicorn.workers.gthread
import holidays
import httpx
import icalendar
import indian_pincode
import joserfc.jwt
import phonenumbers
import pika
import psycopg
import pyotp
import pyrage
import segno
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.orm
import stdnum
import tantivy
import uuid_utils.compat
import werkzeug.middleware.proxy_fix
from flask import Flask
from jinja2 import FileSystemBytecodeCache

__all__ = [
    "alembic", "argon2", "babel", "barcode", "cachetools", "cryptography", "flask_babel", "flask_compress",
    "flask_smorest", "gunicorn", "holidays", "httpx", "icalendar", "indian_pincode", "joserfc", "phonenumbers", "pika",
    "psycopg", "pyotp", "pyrage", "segno", "sqlalchemy", "stdnum", "tantivy", "uuid_utils", "werkzeug", "wsgiref",
]  # fmt: skip

Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ["SETU_TEST_TEMPLATES"])}
gc.freeze()  # a collection would copy, page by page, what forked processes share
