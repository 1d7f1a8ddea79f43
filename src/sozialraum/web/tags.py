"""What templates can say beyond Django: wordings in the page's language, addresses of files and pages."""

from __future__ import annotations

from typing import Any

from django import template

from sozialraum.texts import say as wording
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


for _function, _context in ((say, True), (asset, False), (page, True), (staff, True)):
    register.simple_tag(takes_context=_context)(_function)
