import pytest
from kitchens import Watched, a_device, a_unit


@pytest.fixture
def kitchen() -> Watched:
    """A unit with one refrigerator, default rules."""
    watched = Watched()
    watched.hear(a_unit(), a_device())
    return watched
