import pytest

from support.kit.cached_responses import Counting, a_counting_client, a_filled
from support.listings import Directory


@pytest.fixture
def filled(directory: Directory) -> Directory:
    """With services whose answers may be cached."""
    return a_filled(directory)


@pytest.fixture
def client(filled: Directory) -> Counting:
    """A client that knows how often the application was entered."""
    return a_counting_client(filled)
