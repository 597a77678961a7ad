"""Addresses and numbers that a link can be sent to: what is one, and which of them is used."""

import re
from enum import StrEnum

from shared.contracts.register import Contact
from shared.wire import Language


class Channel(StrEnum):
    """How somebody gets the link: we send e-mails, the municipality's own system the others."""

    NONE = "none"
    E_MAIL = "e-mail"
    SMS = "sms"
    DIGITAL_POST = "digital-post"


LONGEST_EMAIL = 254
LONGEST_MOBILE = 24
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL_PART = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*", re.ASCII)
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})", re.ASCII)
_SPACING = re.compile(r"[ ()./-]")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_DANISH = re.compile(r"[2-9][0-9]{7}", re.ASCII)


def email_of(text: str) -> str | None:
    """Return an e-mail address as it is sent to, or None if the text is none.

    Refused are quoted local parts, comments, addresses by number, and all that could end a header. A
    domain with letters such as ø is written as the mail system knows it.
    """
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local):
        return None
    try:
        known = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    address = f"{local}@{known}"
    return address if _DOMAIN.fullmatch(known) and len(address) <= LONGEST_EMAIL else None


def mobile_of(text: str) -> str | None:
    """Return a mobile number as E.164; eight digits are a Danish one. None if the text is none."""
    digits = _SPACING.sub("", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if _DANISH.fullmatch(digits):
        digits = f"+45{digits}"
    if not _INTERNATIONAL.fullmatch(digits):
        return None
    danish = digits.startswith("+45")
    return None if danish and not _DANISH.fullmatch(digits[3:]) else digits


def reached_by(contact: Contact) -> tuple[Channel, str | None, Language]:
    """Choose how the register's contact is used: e-mail before SMS; what is no address is not used."""
    email = email_of(contact.email or "")
    if email is not None:
        return Channel.E_MAIL, email, contact.language
    mobile = mobile_of(contact.mobile or "")
    if mobile is not None:
        return Channel.SMS, mobile, contact.language
    return Channel.NONE, None, contact.language
