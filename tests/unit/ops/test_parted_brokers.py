"""Which RabbitMQ nodes are restarted where a blip parted them: the one that is alone."""

from cluster_check.cluster import brokers_to_restart

ONE, TWO, THREE = "rabbit1", "rabbit2", "rabbit3"


def test_none_where_all_agree() -> None:
    assert brokers_to_restart({ONE: [], TWO: [], THREE: []}) == []


def test_the_one_that_misses_both_whether_or_not_these_know_of_it() -> None:
    assert brokers_to_restart({ONE: [TWO], TWO: [ONE, THREE], THREE: [TWO]}) == [TWO]
    assert brokers_to_restart({ONE: [TWO, THREE], TWO: [], THREE: []}) == [ONE]


def test_the_one_that_is_missed_where_it_does_not_know_of_it() -> None:
    assert brokers_to_restart({ONE: [TWO], TWO: [], THREE: [TWO]}) == [TWO]


def test_two_where_nobody_sees_another() -> None:
    assert brokers_to_restart({ONE: [TWO, THREE], TWO: [ONE, THREE], THREE: [ONE, TWO]}) == [ONE, TWO]
