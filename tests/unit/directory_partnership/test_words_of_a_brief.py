"""A brief says from which count on a share and a median are told; another service decides it."""

from pathlib import Path

import directory_service
from referral_service.domain.figures.suppression import shown_median, shown_share

PARTS = "partnership/pages/templates/partnership/brief_parts.html"


def test_a_brief_says_from_which_count_on_a_share_and_a_median_are_told() -> None:
    # given
    told = (Path(str(directory_service.__file__)).parent / PARTS).read_text()

    # when
    least_whole = next(count for count in range(0, 100, 5) if shown_share(10, count) is not None)
    least_median = next(count for count in range(0, 100, 5) if shown_median([60], count) is not None)

    # then
    assert f"of a count of {least_whole} or more, a median of {least_median} or more" in told
