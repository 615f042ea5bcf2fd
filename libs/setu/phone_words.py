"""Words of the rule of phone numbers (`service_kit.phone_numbers`), and the region of one without a country code."""

from setu.text import N_

HOME_REGION = "IN"
WORDS = {
    "no_number": N_("Enter a phone number, such as 98765 43210."),
    "mobile_length": N_("A number that begins with 6, 7, 8 or 9 has ten digits. Count the digits again."),
    "no_area_code": N_("Begin with the area code, such as 033 2345 6789. A mobile number begins with 6, 7, 8 or 9."),
    "other_country": N_("This is no number of that country. Check the digits after the +."),
}
"""Reason → what to do about it."""
