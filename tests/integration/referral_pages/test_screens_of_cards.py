"""The screens of whoever holds a card: withdrawal, somebody who came with one, and the cards that are printed."""

import re
from pathlib import Path
from uuid import UUID

from click.testing import CliRunner

from referral_service.cli_cards import cards
from referral_service.outside import codes
from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from support.referral import STATION, WORKER, ReferralService
from support.referrals.form import (
    FormFiller,
)


def test_withdrawing_answers_the_same_whatever_the_code_was(setu: ReferralService) -> None:
    referral = setu.sent()
    assert referral.card_code is not None
    unknown = codes.new_card_code(setu.ids)
    client = setu.app.test_client()
    answers = [client.post("/withdraw", data={"code": code}) for code in (referral.card_code, unknown)]
    first, second = ((one.status_code, one.headers["Location"], one.data) for one in answers)
    assert first == second
    apply_card_requests(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    wrong = client.post("/withdraw", data={"code": unknown[:-1] + ("A" if unknown[-1] != "A" else "C")})
    asked_again = client.get(wrong.headers["Location"])
    assert wrong.status_code == 303  # "back" from the calm page never asks to send a code again
    assert "changed places" in asked_again.text
    assert asked_again.headers["Cache-Control"] == "no-store"
    assert unknown[:-1] not in client.get("/withdraw").text, "a mistyped code is shown once"
    assert "The code has 14 letters" in client.get(client.post("/withdraw", data={"code": ""}).headers["Location"]).text
    assert "Closed" in FormFiller(setu, WORKER).get(f"/inbox/{referral.id}").text


def test_a_card_that_was_handed_out_alone_counts_an_arrival(setu: ReferralService) -> None:
    unit_card = setu.cards()[0]
    officer = FormFiller(setu)
    officer.place()
    officer.ask()
    officer.consent("card_only", card=unit_card.number)
    worker = FormFiller(setu, WORKER)
    assert "arrival is counted" in worker.post("/with-card", {"code": unit_card.code}).text
    assert "No request" in worker.post("/with-card", {"code": codes.new_card_code(setu.ids)}).text
    assert "groups of four" in worker.post("/with-card", {"code": "12"}).text


def test_the_field_for_a_card_waits_for_the_scanner_and_the_referral_says_that_one_was_shown(
    setu: ReferralService,
) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    assert re.search(r'name="code"[^>]* autofocus', worker.get("/with-card").text)

    found = worker.post("/with-card", {"code": referral.card_code})

    assert found.request.path == f"/inbox/{referral.id}"
    assert "A card was shown: it belongs to this referral." in found.text
    assert "A card was shown" not in worker.get(f"/inbox/{referral.id}").text


def test_the_command_prints_cards_with_codes_in_the_fragment_for_the_owners_eyes_only(
    setu: ReferralService, tmp_path: Path, settings_env: object
) -> None:
    environment = settings_env("referral", setu.urls, process="worker")  # type: ignore[operator]  # a fixture that is called
    out, numbers = tmp_path / "cards.html", tmp_path / "numbers.txt"
    told = CliRunner().invoke(
        cards,
        [
            "print",
            "--unit",
            str(STATION),
            "--count",
            "3",
            "--language",
            "bn",
            "--out",
            str(out),
            "--numbers-file",
            str(numbers),
        ],
        env=environment,
    )
    assert told.exit_code == 0, told.output
    page = out.read_text(encoding="utf-8")
    printed = numbers.read_text().split()
    assert len(printed) == page.count('class="qr"') == page.count('class="bars"') == 3
    assert "<link" not in page
    assert all(number in page for number in printed)
    assert "স্বাস্থ্য ও সহায়তা" in page
    assert not {"1933", "HIV", "drug", "North Station"} & set(re.findall(r"\w+", page))
    assert out.stat().st_mode & 0o077 == 0
    nobody = CliRunner().invoke(cards, ["print", "--unit", str(UUID(int=9)), "--out", str(out)], env=environment)
    assert nobody.exit_code == 1
