import pytest

from support.listings import Directory


@pytest.fixture
def directory(directory: Directory) -> Directory:
    """With an index from the beginning, as a worker makes it."""
    directory.index()
    return directory
