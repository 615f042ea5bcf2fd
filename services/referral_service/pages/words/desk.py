"""Words for codes of the data officer's desk: kinds, what is waited for, steps, answers."""

from service_kit.translations import N_

DESK_KIND = {
    "withdrawal": N_("Consent taken back by phone"),
    "erasure": N_("Erasure"),
    "legal_demand": N_("Legal demand"),
    "break_glass": N_("Danger to life"),
    "access": N_("Access, in person"),
    "correction": N_("Correction, in person"),
    "breach": N_("Data breach"),
}
DESK_STAGE = {
    "queued": N_("being done"),
    "first": N_("waits for a first decision"),
    "second": N_("waits for a second person"),
    "open": N_("open for 60 minutes"),
    "report": N_("report is due"),
    "answer": N_("answer is due"),
    "board": N_("to be told to the Board"),
    "people": N_("to be told to the people"),
    "lapsed": N_("ended by itself, not decided in time"),
    "closed": N_("closed"),
}
DESK_STEP = {
    "opened": N_("Written down"),
    "printed": N_("Certificate printed"),
    "agreed": N_("Yes"),
    "refused": N_("No"),
    "answered": N_("Letter made"),
    "looked": N_("Name and contact looked at"),
    "reported": N_("Report written"),
    "told_board": N_("Board told"),
    "told_board_all": N_("Board told in full"),
    "told_people": N_("People told"),
}
DESK_GIVEN = {
    "done": N_("Done; whether there was anything is told to nobody"),
    "nothing": N_("Nothing"),
    "ended": N_("Ended by itself after 30 days; what it was about is erased"),
    "lost": N_("Lost with a backup: ask for the code again"),
    "day_sent": N_("Day on which it was sent"),
    "service": N_("Organisation that it was sent to"),
    "name": N_("Name used"),
    "contact": N_("Phone number"),
    "spoken": N_("Told what is kept, spoken"),
    "corrected": N_("Corrected as the person said"),
    "told_board": N_("Board told"),
    "told_board_all": N_("Board told in full"),
    "told_people": N_("People told"),
}
DESK_ITEM = {
    "day_sent": N_("The day on which a request was sent"),
    "service": N_("The organisation that it was sent to"),
    "name": N_("The name used"),
    "contact": N_("The phone number"),
}
"""What an order may name."""
DEMAND_DECISION = {
    "yes": N_("Give what the order names, and no more"),
    "no": N_("Give nothing"),
}
DEMAND_REFUSAL = {
    "no_court_order": N_("No court has ordered it"),
    "names_nobody": N_("It names no one person's request"),
    "asks_too_much": N_("It asks for more than the case needs"),
    "not_lawful": N_("The law does not allow it"),
}
DANGER = {
    "not_breathing": N_("Somebody does not breathe, or cannot be woken"),
    "overdose": N_("An overdose, or a dangerous medicine or batch"),
    "self_harm": N_("Somebody wants to die"),
    "violence": N_("Somebody threatens their life"),
    "illness": N_("An illness that can kill within days"),
}
EMERGENCY_DECISION = {
    "yes": N_("A life is in danger: open name and contact for 60 minutes"),
    "no": N_("Open nothing"),
}
EMERGENCY_REFUSAL = {
    "no_danger_to_life": N_("No life is in danger"),
    "another_way": N_("There is another way to reach the person"),
    "cannot_judge": N_("I cannot judge it"),
}
REPORT_OUTCOME = {
    "safe": N_("Reached, and safe"),
    "help_went": N_("Help went there"),
    "not_reached": N_("Not reached"),
    "not_needed": N_("It was not needed after all"),
}
PASSED_ON = {
    "nobody": N_("Nobody"),
    "ambulance": N_("An ambulance"),
    "hospital": N_("A hospital"),
    "service": N_("The service that has the request"),
}
"""Who was given name and contact."""
BREACH_KIND = {
    "lost_device": N_("A phone or computer was lost or stolen"),
    "lost_paper": N_("Paper was lost or stolen"),
    "wrong_receiver": N_("Something went to the wrong person"),
    "looked_without_right": N_("Somebody looked without the right to"),
    "break_in": N_("Somebody broke into the system"),
    "not_available": N_("Data could not be reached, or was changed"),
}
BREACH_DATA = {
    "names": N_("Names that people use"),
    "contacts": N_("Phone numbers"),
    "requests": N_("That somebody asked for help"),
    "cards": N_("Codes of cards"),
    "staff": N_("Data of people at work"),
}
BREACH_RISK = {
    "unwanted_contact": N_("Somebody may call or come who should not"),
    "others_learn": N_("Others may learn that help was asked for"),
    "help_delayed": N_("Help may come later"),
    "none_known": N_("We know of nothing"),
}
BREACH_MEASURE = {
    "access_closed": N_("The way in was closed"),
    "keys_changed": N_("Keys and passwords were changed"),
    "got_back": N_("What was lost was found again"),
    "erased": N_("What was lost was erased from afar"),
    "restored": N_("The data was restored"),
    "looked_into": N_("It is being looked into"),
}
BREACH_ADVICE = {
    "other_number": N_("Give your service another phone number"),
    "say_nothing": N_("Tell nobody who calls anything about yourself; call back the number on your card"),
    "new_card": N_("Ask for a new card"),
    "ask_us": N_("Ask us, or take your consent back with the code on your card"),
}
BREACH_TOLD = {
    "told_board": N_("The Board was told today that it happened"),
    "told_board_all": N_("The Board was told in full"),
    "told_people": N_("The people concerned were told"),
}
BREACH_DECISION = {"yes": N_("I have checked: everybody was told who must be told")}
