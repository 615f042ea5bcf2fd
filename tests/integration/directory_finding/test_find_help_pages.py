"""The public front page: finding help."""

import calendar
import html
import re
from dataclasses import replace

from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.importing.use_cases.load_sample import FOLDER, load_sample
from directory_service.organizations.store.tables import (
    District,
    State,
)
from service_kit.clock import FrozenClock
from setu.needs import NEEDS
from support.finding import search_page as search
from support.listings import (
    KOLKATA,
    Directory,
    a_place,
    a_provider,
    a_service,
)
from support.pages.words_that_wound import WOUNDS

PROVIDER = a_provider()
PLACE = a_place(PROVIDER)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))
STOCK = (PROVIDER, PLACE, SERVICE)


def test_the_front_page_asks_for_place_and_need_and_shows_the_helplines(reader: FlaskClient) -> None:
    page = reader.get("/").text

    assert 'name="place"' in page
    assert all(f'value="{need.code}"' in page for need in NEEDS)
    assert all(f'href="tel:{number}"' in page for number in (108, 14446, 1097, 15100))
    assert not re.search(r"tel:1933|>[^<]*1933", page)


def test_enter_in_the_field_searches_for_everything_there(reader: FlaskClient) -> None:
    form = reader.get("/").text.partition('class="find"')[2]

    pressed = re.findall(r"<button[^>]*>[^<]*", form)[0]  # the default button of HTML's implicit submission

    assert "name=" not in pressed
    assert "Show everything" in pressed


def test_no_link_or_form_puts_a_need_into_an_address(reader: FlaskClient) -> None:
    asked = {"need": "OST", "statements": "women_only", "child": "7", "open_now": "yes"}
    pages = [
        *(reader.get(path).text for path in ("/", "/?district=315", f"/services/{SERVICE.id}")),
        *(search(reader, place=place, **asked) for place in ("Kolkata", "700001", "Atlantis")),
        search(reader, place="700001", need="OST", radius="5"),
    ]

    for page in pages:
        addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page)
        assert not [each for each in addresses if re.search("need|OST|women_only|child|open_now|radius", each)]
        assert all('method="post"' in form for form in re.findall(r"<form[^>]*>", page))


def test_hours_that_nobody_gave_are_asked_for_and_not_called_closed(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(PROVIDER, PLACE, replace(SERVICE, schedules=()))

    page = search(visitor, place="Kolkata", need="OST")

    assert "Please ask for the opening hours." in page
    assert "closed" not in page.partition("More about this service")[2].partition("</details>")[0]


def test_a_need_in_the_address_is_not_looked_at(reader: FlaskClient) -> None:
    assert SERVICE.name in reader.get("/?district=315&need=LEGAL").text


def test_place_and_need_find_services_with_a_phone_to_tap(directory: Directory, visitor: FlaskClient) -> None:
    other = a_service(PROVIDER, "Legal desk", needs=("LEGAL",))
    directory.save_together(PROVIDER, PLACE, SERVICE, other)

    page = search(visitor, place="kolkata", need="OST")

    assert SERVICE.name in page
    assert other.name not in page
    assert 'href="tel:+910000000001"' in page
    assert "Open now, until 17:00." in page
    assert "1 Open Road, Kolkata, 700001" in page


def test_a_place_is_understood_in_any_language_and_by_its_beginning(reader: FlaskClient) -> None:
    for place in ("Kolkata", "KOLKATA", "kolk", "कोलकाता", "কলকাতা", "West Bengal", "Kolkata, West Bengal"):
        assert SERVICE.name in search(reader, place=place), place


def test_a_name_of_a_service_or_provider_is_found_too(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(replace(PROVIDER, names={"bn": "নদী"}), SERVICE)

    for words in ("medicine", "nodi", "নদী"):
        assert SERVICE.name in search(visitor, place=words), words


def test_an_unknown_place_is_said_to_be_unknown_with_a_way_on(reader: FlaskClient) -> None:
    page = search(reader, place="Atlantis")

    assert "We know no place or service of that name." in page
    assert "(0)" not in page
    assert "district=315" in page
    assert "district=9999" not in reader.get("/?district=9999").text


def test_names_are_shown_in_the_readers_language_or_marked_with_their_own(
    directory: Directory, visitor: FlaskClient
) -> None:
    translated = replace(SERVICE, names={"hi": "दवा और देखभाल"})
    other = a_service(PROVIDER, "নদী", names={"bn": "নদী"})
    directory.save_together(PROVIDER, translated, other)
    visitor.set_cookie("setu_lang", "hi")

    page = visitor.get("/?district=315").text

    assert "दवा और देखभाल" in page
    assert SERVICE.name not in page
    assert '<span lang="bn">নদী</span>' in page


def test_what_is_inactive_or_not_approved_is_not_found(directory: Directory, visitor: FlaskClient) -> None:
    waiting = a_provider("Waiting", status="pending")
    directory.save_together(PROVIDER, waiting, replace(SERVICE, status="inactive"), a_service(waiting, "Not yet"))

    page = search(visitor)

    assert SERVICE.name not in page
    assert "Not yet" not in page


def test_with_districts_all_over_the_country_the_page_lists_states_and_stays_light(
    directory: Directory, visitor: FlaskClient
) -> None:
    codes = range(1, 781)
    with directory.worker.transaction() as session:
        session.add_all(State(code=100 + number, name=f"State {number}", iso="") for number in range(36))
        session.flush()
        there = {KOLKATA}
        session.add_all(
            District(code=code, state_code=100 + code % 36, name=f"District {code}")
            for code in codes
            if code not in there
        )
    directory.save(PROVIDER, replace(SERVICE, districts=tuple(codes)))

    page = visitor.get("/").text

    assert "By state" in page
    assert "/?place=State+7" in page
    assert "District 7<" not in page
    assert len(page) < 20_000
    assert "<h1>Help in State 7</h1>" in visitor.get("/?place=State+7").text
    assert SERVICE.name in visitor.get("/?place=State+7").text
    assert SERVICE.name in search(visitor, place="District 77")


ODD_FORMS = (
    *({"shown": "٣"}, {"shown": "-1"}, {"shown": "99999"}, {"need": "MAGIC"}, {"statements": "magic"}, {"age": "३४"}),
    *({"radius": "x"}, {"radius": "-5"}, {"language": "<b>"}, {"open_now": "maybe"}, {"place": "x" * 5000}),
    *({"place": "%_\\"}, {"place": "777777"}, {"place": "PIN 700001 ।"}),
)
ODD_QUERIES = ("district=abc", "district=%D9%A3", "district=99999999", "place=%00", "district=", "lang=xx", "lang=")


def test_odd_input_is_taken_calmly(reader: FlaskClient) -> None:
    assert all(search(reader, **form) for form in ODD_FORMS)
    assert {reader.get(f"/?{query}").status_code for query in ODD_QUERIES} <= {200, 400}


DATA_OR_CODE = re.compile(
    r"""<(script|style|svg|time)\b.*?</\1>|<(\w+)[^>]* (?:lang="|translate=).*?</\2>""", re.DOTALL
)
WORD = re.compile(r"[^\W\d_]{3,}")


def words_outside(page: str) -> set[str]:
    """Words for a reader outside of every ⟦…⟧, by which the pseudo-language marks what is translated."""
    depth, rest = 0, []
    for sign in html.unescape(re.sub(r"<[^>]+>|https?:\S+", " ", DATA_OR_CODE.sub(" ", page.partition("</head>")[2]))):
        depth += (sign == "⟦") - (sign == "⟧")
        rest.append(sign if depth == 0 else " ")
    return set(WORD.findall("".join(rest)))


def test_every_text_of_the_pages_is_marked_for_translation(directory: Directory) -> None:
    load_sample(directory.worker, directory.now)
    directory.index()
    settings = replace(directory.settings, pseudo_language=True)
    client = create_app(settings, clock=FrozenClock(directory.now), db=directory.web).test_client()
    paths = ("/", "/?district=315", "/?place=nowhere", "/services/21204aa5-1387-5e70-92a3-91f6fc0deb3d")
    of_the_sample = {word for file in FOLDER.iterdir() if file.is_file() for word in WORD.findall(file.read_text())}

    for language in ("en", "hi", "bn", "en-XA"):
        client.set_cookie("setu_lang", language)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (language, path)
            assert f'<html lang="{language}"' in answer.text, (language, path)
            if language == "en-XA":
                assert words_outside(answer.text) <= of_the_sample | {*calendar.day_name}, path


def test_the_words_of_the_pages_are_the_ones_agreed(directory: Directory, visitor: FlaskClient) -> None:
    load_sample(directory.worker, directory.now)
    directory.index()
    for path in ("/", "/?district=315", "/?district=79", "/?district=387"):
        page = re.sub(r"<[^>]+>", " ", visitor.get(path).text)
        assert WOUNDS.findall(page) == [], path


def test_who_holds_a_card_finds_the_way_from_the_front_page(stocked: Directory, reader: FlaskClient) -> None:
    page = reader.get("/").text

    assert "I have a card" in page
    withdraw = stocked.settings.addresses["referral"] + "/withdraw"
    assert f'href="{withdraw}"' in page


def test_a_service_opens_in_the_same_tab_so_that_leaving_quickly_leaves_all_of_it(reader: FlaskClient) -> None:
    page = search(reader, place="Kolkata", need="OST")

    assert f'href="/services/{SERVICE.id}"' in page
    assert "_blank" not in page


def names_of(page: str) -> list[str]:
    return [re.sub("<[^>]+>", "", each).strip() for each in re.findall("<h3>(.*?)</h3>", page)]
