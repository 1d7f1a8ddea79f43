"""What templates can say beyond Django: wordings in the page's language, addresses of files and pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import mark_safe

from sozialraum.texts import say as wording
from sozialraum.web import moments
from sozialraum.web.assets import address
from sozialraum.web.places import link, staff_link

register = template.Library()


def say(context: Any, text: str, **values: object) -> str:
    """The wording in the language of the page."""
    return wording(text, context["language"], **values)


def asset(name: str) -> str:
    """Where the browser finds a style, font or script."""
    return address(name)


def page(context: Any, name: str, key: str = "") -> str:
    """The address of a page in the language of this one."""
    return link(context["language"], name, key)


def staff(context: Any, name: str, *keys: object) -> str:
    """The address of a page behind the sign-in, in the language of this one."""
    return staff_link(context["language"], name, *keys)


def moment(context: Any, when: Any, seconds: bool = False) -> str:
    """Day and time as the language of the page writes them."""
    return moments.moment(when, context["language"], seconds)


def day(context: Any, when: Any) -> str:
    """The day as the language of the page writes it."""
    return moments.day(when, context["language"])


def wrong(context: Any, field: str) -> str:
    """The mark of a field that something is wrong with."""
    return mark_safe(' aria-invalid="true" aria-errormessage="faults"') if field in context.get("wrong", ()) else ""


for _function, _context in (
    (say, True), (asset, False), (page, True), (staff, True), (moment, True), (day, True), (wrong, True),
):  # fmt: skip
    register.simple_tag(takes_context=_context)(_function)
