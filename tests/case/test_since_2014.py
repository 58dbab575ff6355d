"""The Regulations are in force since 1 September 2014; what rests on the Code of January 2015 alone, since 1 April 2015."""

import pytest

from arflow.errors import NotFound
from tests.support.cases import Cases, day


@pytest.mark.parametrize("opened", ["1 Sep 2014", "2 Feb 2015", "31 Mar 2015"])
def test_a_review_of_the_first_winter_is_recorded_and_counted(cases: Cases, opened: str) -> None:
    told = cases.opened("1 Sep 2014", opened).held("1 Apr 2015").decided("maintain", "29 Apr 2015")
    assert (told.duty("decision").state, told.duty("decision").due) == ("met", day("29 Apr 2015"))


def test_no_law_of_reviews_is_there_before(cases: Cases) -> None:
    with pytest.raises(NotFound, match="in force on 2014-08-31"):
        cases.review(cases.plan("1 Aug 2014"), "31 Aug 2014")


def test_what_the_code_alone_asks_for_counts_from_its_own_day(cases: Cases) -> None:
    """Six months from 30 September 2014 end the day before the Code came into force, those from 2 October after it."""
    before = cases.opened("30 Sep 2014", "1 Dec 2014", kind="under_five").duty("under_five_review")
    after = cases.opened("2 Oct 2014", "1 Dec 2014", kind="under_five").duty("under_five_review")
    assert (before.state, before.reason) == ("not_applicable", "not yet in force: from 2015-04-01")
    assert (after.due, after.outer) == (day("1 Apr 2015"), day("2 Apr 2015"))


def test_devon_says_what_the_law_has_been_since_the_regulations(cases: Cases) -> None:
    told = cases.opened("1 Sep 2014", "1 Dec 2014").held("5 Jan 2015").decided("amend", "1 Feb 2015")
    assert told.duty("amendment_notice").due == day("2 Feb 2015")
