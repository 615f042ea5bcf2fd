"""Which RabbitMQ nodes are restarted where a blip parted them: those that most of the others miss."""

from cluster_check.cluster import brokers_to_restart

ONE, TWO, THREE = (f"rabbit@rabbit{number}" for number in (1, 2, 3))


def test_none_where_all_agree() -> None:
    assert brokers_to_restart([{}]) == []


def test_the_one_that_two_miss_whoever_is_asked_first() -> None:
    by_two = {ONE: [TWO], THREE: [TWO]}
    by_one = {TWO: [ONE, THREE]}

    assert brokers_to_restart([by_two]) == ["rabbit2"]
    assert brokers_to_restart([by_one, by_two]) == ["rabbit2"]


def test_two_where_nobody_sees_another() -> None:
    assert brokers_to_restart([{ONE: [TWO, THREE]}, {TWO: [ONE, THREE]}, {THREE: [ONE, TWO]}]) == ["rabbit1", "rabbit2"]
