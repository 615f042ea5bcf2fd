"""The file of ready-made answers: what a commit reaches, what a writer that died leaves, what is noticed."""

from pathlib import Path

import pytest

from directory_service.finding.store.search.answers import (
    NAME,
    Answers,
    AnswersWriter,
    Reach,
    is_whole,
)

ONE = (b'{"id":1}', b'{"id":1,"name":"One"}', b'{"id":1,"name":"One","phones":[]}')
TWO = (b"{}", b"", b'{"id":2}')


def written(build: Path, *services: tuple[bytes, bytes, bytes], after: Reach | None = None) -> tuple[Reach, list[int]]:
    writer = AnswersWriter(build, after or Reach())
    places = [writer.append(each) for each in services]
    writer.sync()
    writer.close()
    return writer.reach, places


def test_each_answer_is_read_where_it_was_written(tmp_path: Path) -> None:
    reach, places = written(tmp_path, ONE, TWO)

    answers = Answers(str(tmp_path), reach)

    for place, service in zip(places, (ONE, TWO), strict=True):
        assert tuple(bytes(answers.at([place], kind)[0]) for kind in ("minimal", "summary", "full")) == service
    assert is_whole(tmp_path / NAME, reach)
    assert reach.end == (tmp_path / NAME).stat().st_size


def test_a_writer_goes_on_after_what_another_left_without_a_commit(tmp_path: Path) -> None:
    committed, (one,) = written(tmp_path, ONE)
    written(tmp_path, TWO, after=committed)  # killed before its commit

    later, (two,) = written(tmp_path, TWO, after=committed)

    assert Answers(str(tmp_path), committed).at([one], "full") == [ONE[2]]
    assert Answers(str(tmp_path), later).at([two], "full") == [TWO[2]]
    assert is_whole(tmp_path / NAME, committed)
    assert is_whole(tmp_path / NAME, later)


def test_an_open_file_is_not_disturbed_by_what_comes_later(tmp_path: Path) -> None:
    reach, (one,) = written(tmp_path, ONE)
    answers = Answers(str(tmp_path), reach)

    written(tmp_path, *[TWO] * 1000, after=reach)

    assert answers.at([one], "summary") == [ONE[1]]


def test_answers_of_a_file_that_may_be_larger_than_the_memory_are_the_same_when_they_were_told_of(
    tmp_path: Path,
) -> None:
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(1 << 30)  # a hole: nothing is written
    reach, places = written(tmp_path, ONE, TWO, after=Reach(1 << 30))
    answers = Answers(str(tmp_path), reach)

    for _ in range(2):
        answers.expect(places)
        assert answers.at(places, "full") == [ONE[2], TWO[2]]


def test_a_file_that_was_cut_or_changed_is_noticed(tmp_path: Path) -> None:
    reach, _ = written(tmp_path, ONE, TWO)
    whole = (tmp_path / NAME).read_bytes()

    (tmp_path / NAME).write_bytes(whole[:-1])
    assert not is_whole(tmp_path / NAME, reach)
    with pytest.raises(ValueError, match="cut off"):
        Answers(str(tmp_path), reach)
    with pytest.raises(ValueError, match="cut off"):
        AnswersWriter(tmp_path, reach)
    (tmp_path / NAME).write_bytes(whole.replace(b"One", b"Two"))
    assert not is_whole(tmp_path / NAME, reach)


def test_an_empty_directory_has_an_empty_file(tmp_path: Path) -> None:
    reach, _ = written(tmp_path)

    Answers(str(tmp_path), reach)

    assert is_whole(tmp_path / NAME, reach)
