import pytest

from conftest import Keys
from support.listings import Directory
from support.partnership import Partnership


@pytest.fixture
def partnership(directory: Directory, keys: Keys) -> Partnership:
    """Two districts with units, providers and bodies."""
    return Partnership(directory, keys)
