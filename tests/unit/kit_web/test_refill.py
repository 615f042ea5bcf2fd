"""A form filled in once more: the one that was sent, with what was sent, and never a password."""

from werkzeug.datastructures import MultiDict

from service_kit.web.html.refill import find_form, refill

PAGE = """<form method="post" action="/other"><input name="name" value="theirs"></form>
<form id="f" method="post" action="/new?x=1">
<input type="hidden" name="seen" value="1"><input name="name" value="">
<input name="phone" value="1"><input name="phone" value="2"><input type="password" name="secret">
<input type="checkbox" name="needs" value="OST" checked><input type="checkbox" name="needs" value="LEGAL">
<input type="radio" name="kind" value="a" checked><input type="radio" name="kind" value="b">
<select name="day"><option value="1" selected>Mon</option><option value="2">Tue</option></select>
<textarea name="text">old</textarea></form><input name="name">"""
SENT: MultiDict[str, str] = MultiDict(
    [
        *[("seen", "7"), ("name", '<b>"&'), ("phone", "9"), ("phone", "8"), ("secret", "s")],
        *[("needs", "LEGAL"), ("kind", "b"), ("day", "2"), ("text", "</textarea>")],
    ]
)


def test_only_the_form_that_was_sent_is_filled_in_and_nothing_of_it_breaks_out() -> None:
    filled = refill(PAGE, "/new", "/new", SENT)
    assert filled.splitlines()[0] == PAGE.splitlines()[0]
    assert '<input name="name" value="&lt;b&gt;&quot;&amp;">' in filled
    assert '<input type="hidden" name="seen" value="7">' in filled
    assert '<input name="phone" value="9"><input name="phone" value="8"><input type="password" name="secret">' in filled
    assert 'value="OST"><input type="checkbox" name="needs" value="LEGAL" checked>' in filled
    assert 'value="a"><input type="radio" name="kind" value="b" checked>' in filled
    assert '<option value="1">Mon</option><option value="2" selected>Tue</option>' in filled
    assert '<textarea name="text">&lt;/textarea&gt;</textarea></form><input name="name">' in filled
    assert refill(filled, "/new", "/new", SENT) == filled


def test_a_form_is_found_by_where_it_sends_to_and_a_file_is_never_sent_again() -> None:
    assert [find_form(PAGE, "/new", action) for action in ("/new", "/other", "/none")] == ["f", "", ""]
    own = '<form id="own" method="post">'
    assert [find_form(own, page, "/a") for page in ("/a?b=1", "/c")] == ["own", ""]
    assert find_form('<form id="u" method="post" enctype="multipart/form-data">', "/a", "/a") == ""
