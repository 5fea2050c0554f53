"""The one written form of phones (E.164, by phonenumbers) and e-mails, so that the same one is recognised."""

import re
import unicodedata

import phonenumbers

HOME_REGION = "FR"
LONGEST_EMAIL = 254

# Mobile numbers that the French numbering plan keeps for fiction; the library does not count them as in use, and
# examples, tests and the demo company live on them.
FICTION = "+3363998"

# What RFC 5321 lets through without quotes, and a domain with a dot; the network would refuse the rest anyway.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")


def phone(written: str) -> str:
    """The number in E.164, such as +33612345678; without a country code it is read as French.

    Raises ValueError, with the reason, for what is not a number that can exist.
    """
    try:
        # French typography puts narrow no-break spaces between the pairs, which phonenumbers does not know.
        number = phonenumbers.parse(unicodedata.normalize("NFKC", written), HOME_REGION)
    except phonenumbers.NumberParseException:
        raise ValueError(
            f"{written[:40]!r} is not a phone number; write 06 12 34 56 78 or +33 6 12 34 56 78."
        ) from None
    e164 = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    fiction = e164.startswith(FICTION) and phonenumbers.is_possible_number(number)
    if not fiction and not phonenumbers.is_valid_number(number):
        raise ValueError(f"{written[:40]!r} is not a number in use anywhere; check its digits and country code.")
    return e164


def email(written: str) -> str:
    """The address in lower case, its domain in ASCII (IDNA).

    The part before the @ may differ by case in theory (RFC 5321, section 2.4); no provider lets two people have it.
    Raises ValueError for what is not an address.
    """
    local, at, domain = written.strip().rpartition("@")
    local, domain = local.lower(), _ascii_domain(domain)
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{written[:60]!r} is not an e-mail address; write it like name@example.fr.")
    if len(local) + 1 + len(domain) > LONGEST_EMAIL:
        raise ValueError(f"{written[:60]!r} is longer than the {LONGEST_EMAIL} characters an address may have.")
    return f"{local}@{domain}"


def normalised(kind: str, written: str) -> str:
    """The value of a contact point of that kind. Raises ValueError."""
    return phone(written) if kind == "phone" else email(written)


def _ascii_domain(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
