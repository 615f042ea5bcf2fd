"""The guard refuses what tells of a person, a case or a place, in three scripts, and takes a meeting's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setu.guard import CaseDetails, faults_in, guarded

REFUSED = {
    "digits": (
        "Ring 98765 43210",
        "Ring +91-98765-43210",
        "token 123456",
        "1 2 3 4 5 6",
        "९८७६५४३२१० पर फ़ोन करें",
        "टोकन १२३४५६",
        "৯৮৭৬৫ ৪৩২১০ নম্বরে ফোন",
        "টোকেন ১২৩৪৫৬",
        "98\u200b7654\u200b3210",
        "９８７６５４",
        "(033) 2345.6789",
        "९৮7६৫4 mixed",
    ),
    "mail": ("write to a@b.example", "Raju @ Chhotu", "राजू @ छोटू", "রাজু @ ছোটু"),
    "link": ("see www.example", "see example.org", "https://x", "देखें example.in", "দেখুন http://x"),
    "reference": ("R-7KQ2-9XTC again", "r 7kq2 9xtc", "card 7KQ2-9XTC-AAAA-4Q", "R-७KQ२-९XTC", "R-৭KQ২-৯XTC"),
    "case": (
        "the FIR of Monday",
        "F.I.R. is open",
        "held u/s 27",
        "crime no 12",
        "एफआईआर दर्ज है",
        "एफ.आई.आर दर्ज",
        "केस नंबर १२",
        "এফআইআর হয়েছে",
        "মামলা নম্বর ১২",
        "এফ আই আর",
    ),
    "vehicle": ("WB 02 AB 1234", "wb-02-a-1234", "DL1CAB1234", "डीएल १ सी १२३४", "ডব্লিউবি ০২ এ ১২৩৪"),
    "name": (
        "Mr Das was there",
        "Shri Ram came",
        "Dr. Sen says",
        "Constable Ram Kumar",
        "SI Roy brought him",
        "श्री राम आए",
        "डॉ सेन ने कहा",
        "सिपाही रामलाल लाए",
        "শ্রী রাম এলেন",
        "ডাঃ সেন বললেন",
        "কনস্টেবল রাম আনলেন",
    ),
    "kin": ("s/o Hari", "the wife of one", "वल्द हरि", "एस/ओ हरि", "পিতা হরি", "এস/ও হরি"),
    "alias": ("alias Chhotu", "a.k.a. Chhotu", "राजू उर्फ छोटू", "রাজু ওরফে ছোটু"),
    "place": (
        "the hotspot by the river",
        "Hot spots near us",
        "they are under the flyover",
        "पुल के नीचे मिलते हैं",
        "अड्डे पर जाना है",
        "হটস্পটে নয়, হটস্পট",
        "ব্রিজের নিচে থাকে",
        "ঠেক বন্ধ করা",
    ),
    "time": (
        "found at 22:15",
        "at 10 pm",
        "came 2230 hrs",
        "रात १० बजे",
        "रात 10.30 बजे",
        "রাত ১০টা নাগাদ",
        "১০টায় এল",
        "২২:১৫",
    ),
}
TAKEN = (
    "Constables of all stations get the words card.",
    "SI training in January, INSP and up in March",
    "Two units send 12 people each.",
    "The centre opens on Sundays from 18 December 2026.",
    "Budget of 2026-27 and 2026-2027 for women's hours",
    "ASI and SI: 30 minutes on consent",
    "Section 64A is explained by counsel.",
    "14446 stands on every card",
    "Agreement to be renewed in 60 days",
    "As 18 Dec 2026 is a holiday, we move",
    "The first aid kit has naloxone.",
    "Office hours of the drop-in centre",
    "सिपाहियों के लिए प्रशिक्षण जनवरी में",
    "सिपाही स्तर के लिए 30 मिनट",
    "केंद्र रविवार को खुलेगा",
    "धारा 64क वकील समझाएँगे",
    "महिलाओं के लिए २ घंटे अलग",
    "मोबाइल वैन हर सप्ताह",
    "कनिष्ठ अधिकारियों की बैठक",
    "কনস্টেবলদের জন্য প্রশিক্ষণ জানুয়ারিতে",
    "কনস্টেবল পদে ৩০ মিনিট",
    "কেন্দ্র রবিবার খোলা থাকবে",
    "৩টি থানা কার্ড চায়",
    "মহিলাদের জন্য ২ ঘণ্টা",
    "রাতের ডিউটির জন্য কার্ড",
    "১২ জন এসেছেন",
)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts])
def test_case_details_are_refused_by_their_kind(code: str, text: str) -> None:
    assert code in faults_in(text)


@pytest.mark.parametrize("text", TAKEN)
def test_a_meetings_own_words_are_taken(text: str) -> None:
    assert faults_in(text) == ()


DIGITS = ("0123456789", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯")


@given(
    script=st.sampled_from(DIGITS),
    number=st.text("0123456789", min_size=6, max_size=14),
    gap=st.sampled_from(["", " ", "-", ".", "\u200d"]),
    around=st.sampled_from(["", "please ", "कृपया ", "দয়া করে "]),
)
def test_six_digits_are_found_in_any_script_with_anything_between(
    script: str, number: str, gap: str, around: str
) -> None:
    spelt = gap.join(script[int(digit)] for digit in number)

    assert "digits" in faults_in(around + spelt) or number[:2] in {"19", "20"}


@given(st.text(max_size=60))
def test_any_text_is_judged_and_what_is_said_of_it_quotes_nothing(text: str) -> None:
    if not (found := faults_in(text)):
        assert guarded(text) == " ".join(text.split())
        return
    with pytest.raises(CaseDetails) as refused:
        guarded(text)
    assert set(found) <= set(REFUSED)
    assert str(refused.value) == ", ".join(found)
