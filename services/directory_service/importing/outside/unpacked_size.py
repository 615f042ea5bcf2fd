"""Limit of what a zip unpacks to, known before anything of it is read: a small file may hold a disk full of zeros."""

from pathlib import Path
from zipfile import ZipFile

from directory_service.importing.outside.unreadable import CannotRead


def check_unpacked_size(archive: ZipFile, largest: int) -> None:
    """Raises CannotRead where the members say that they are more than `largest` bytes together."""
    if sum(member.file_size for member in archive.infolist()) > largest:
        name = Path(archive.filename or "").name
        raise CannotRead(f"{name} is not readable: unpacked it is larger than {largest // 1024**2} MB")
