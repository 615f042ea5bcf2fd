"""Words for the acts of the life cycle: their buttons, their lines in a history, their fields."""

from service_kit.translations import N_

ACTION = {
    "open": N_("Start looking"),
    "claim": N_("Claim it for us"),
    "ask": N_("Ask the prison health staff"),
    "accept": N_("Accept"),
    "decline": N_("Decline"),
    "start": N_("First contact made"),
    "contact": N_("Record a contact attempt"),
    "hold": N_("Put on hold"),
    "resume": N_("Go on"),
    "complete": N_("Complete"),
    "fail": N_("Close: not reached…"),
    "withdraw-consent": N_("The person takes the consent back"),
    "forward": N_("Ask the coordinator for another service"),
    "void": N_("Cancel as mistake"),
    "ask-void": N_("Tell the coordinator that it is a mistake"),
    "note": N_("Write a note"),
    "assign": N_("Assign"),
    "settle": N_("Settle"),
    "release": N_("Change the release or transfer"),
}
HAPPENED = {
    "submit": N_("Sent to you"),
    "open": N_("Opened"),
    "claim": N_("Claimed"),
    "ask": N_("Question asked"),
    "answer": N_("Question answered"),
    "accept": N_("Accepted"),
    "decline": N_("Declined"),
    "start": N_("First contact made"),
    "contact": N_("Contact attempt"),
    "hold": N_("Was put on hold"),
    "resume": N_("Gone on"),
    "complete": N_("Completed"),
    "fail": N_("Closed before it was done"),
    "withdraw": N_("Withdrawn by the sender"),
    "withdraw-consent": N_("Consent taken back"),
    "expire": N_("Ran out without an answer"),
    "void": N_("Cancelled as a mistake"),
    "ask-void": N_("The coordinator was told that it is a mistake"),
    "forward": N_("Forwarding asked for"),
    "note": N_("Note written"),
    "assign": N_("Assigned"),
    "settle": N_("Settled by the coordinator"),
    "release": N_("Release or transfer changed"),
    "emergency": N_("Name and contact opened by two data officers, for danger to life"),
    "access": N_("Told in person what is kept"),
    "correction": N_("Corrected in person"),
}
QUESTION = {
    "contact_still_right": N_("Is the way to reach the person still right?"),
    "visit_possible": N_("Is a visit possible?"),
    "release_date_known": N_("Is the release date known?"),
    "interpreter_needed": N_("Is an interpreter needed?"),
    "medicine_continues": N_("Does the medicine go on for now?"),
}
QUESTION_ANSWER = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "not_known": N_("Not known"),
    "ask_the_person": N_("Please ask the person"),
}
FIELD = {
    "reason": N_("Why?"),
    "outcome": N_("How did it end?"),
    "question": N_("What do you need to know?"),
    "answer": N_("Your answer"),
    "attempt": N_("What came of it?"),
    "first_contact": N_("Day of the first contact"),
    "review_on": N_("Look at it again on"),
    "time": N_("When was it? (optional)"),
    "next_appointment": N_("Next appointment (optional)"),
    "text": N_("Note: only your team can read it"),
    "assignee": N_("Who takes care of it?"),
    "said_yes_on": N_("The person said yes again on"),
    "channel": N_("How did the person say it?"),
}
MISSING = {
    "reason": N_("Choose a reason."),
    "outcome": N_("Choose how it ended."),
    "question": N_("Choose what you need to know."),
    "answer": N_("Choose an answer."),
    "attempt": N_("Choose what came of it."),
    "first_contact": N_("Enter the day of the first contact."),
    "review_on": N_("Enter the day on which you look at it again."),
    "text": N_("Write something."),
    "assignee": N_("Choose a case worker of your team."),
    "said_yes_on": N_("Enter the day on which the person said yes again."),
    "channel": N_("Choose how the person said it."),
}
"""What to do about a field of an event that was left empty."""
HALF_A_MOMENT = {
    "time": N_("When was it? Enter both the day and the time."),
    "next_appointment": N_("Next appointment: enter both the day and the time."),
}
OUT_OF_RANGE = {
    "first_contact": N_("Enter the day of the first contact: not before the referral was sent, and not after today."),
    "review_on": N_("Enter today or a later day, at most two years ahead."),
    "assignee": N_("Choose a case worker of your team."),
    "said_yes_on": N_("This counts only if the person said it today: enter today."),
    "time": N_("Enter when it was: not before the referral was sent, and not later than now."),
    "next_appointment": N_("Enter a time for the appointment that is still to come, at most two years ahead."),
}
