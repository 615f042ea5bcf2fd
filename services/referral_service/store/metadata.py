"""Metadata that all tables of the service join when their module is imported (`store/tables*.py`)."""

from sqlalchemy import MetaData

metadata = MetaData()
