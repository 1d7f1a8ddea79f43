"""Rules for passwords: length before letters, no common ones, not the own name."""

from __future__ import annotations

from sozialraum.texts import say

SHORTEST, LONGEST = 12, 200


def doubts(password: str, language: str, *about: str) -> list[str]:
    """Everything that speaks against a password, in that language; `about` are the name and the sign-in name."""
    found = []
    if not SHORTEST <= len(password) <= LONGEST:
        found.append(
            say("A password has {shortest} to {longest} characters.", language, shortest=SHORTEST, longest=LONGEST)
        )
    if password and (_common(password) or len(set(password)) < 5):
        found.append(say("This password is too easy to guess.", language))
    if any(
        len(part) > 3 and part in password.lower() for one in about for part in one.lower().replace("@", " ").split()
    ):
        found.append(say("The password contains your name.", language))
    return found


def _common(password: str) -> bool:
    from django.contrib.auth.password_validation import CommonPasswordValidator
    from django.core.exceptions import ValidationError

    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return True
    return False
