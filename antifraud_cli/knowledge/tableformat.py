"""What the compiled tables look like, shared by what writes them and what reads them."""

FIELD_END = "\x1e"
"""Between the fields of a part: needs, lead, flags, program."""
STRING_END = "\x1f"
"""Between a literal string and its number."""
ENDS = ".ends"
"""How the name of a part ends that says, in bytes, where the lines of a long text end."""
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""Every text stands in these; where texts are a list, in this order."""
USES = ("both", "out", "sms")
"""How an owner publishes a number: to call and be called from, for its own calls only, as a sender of messages."""
PLACE_DIGITS = 6
"""Digits behind the leading 1 that tell where a mobile number was given out."""
PLACE_ROW = "{:06d}{:03d}"
"""A row of the table of places: the digits from which on a place holds, and its number; 000 is no place."""
