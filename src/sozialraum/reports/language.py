"""Numbers, dates and words that sentences are made of, in German and English.

Every function gives plain text. Words for a change look at the interval of the change and never say more than it allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sozialraum.errors import CallError
from sozialraum.periods import Period
from sozialraum.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

NBSP = "\u00a0"
MINUS = "\u2212"
_LOCALES = {"de": "de_DE", "en": "en_GB"}
_SPELLED = {
    "de": ("", "", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    "en": ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
_NTH = {
    "de": {2: "zweite", 3: "dritte", 4: "vierte", 5: "fünfte", 10: "zehnte"},
    "en": {2: "second", 3: "third", 4: "fourth", 5: "fifth", 10: "tenth"},
}
_FEMININE = (
    "keit", "heit", "ung", "quote", "ziffer", "rate", "armut", "schaft", "ion", "tät", "dichte", "größe", "miete",
    "fläche", "lücke", "dauer", "lage", "betreuung", "beteiligung", "zahl", "hilfe", "dynamik",
)  # fmt: skip
_MASCULINE = ("anteil", "quotient", "bezug", "saldo", "index", "hintergrund", "leerstand", "status")
_NEUTER = ("alter", "volumen", "entgelt", "gewicht", "einkommen")
_UNITS: dict[str, tuple[str, str]] = {
    "percent": ("%", "%"),
    "percentage_points": ("Punkte", "points"),
    "per_100": ("je 100", "per 100"),
    "per_1000": ("je 1.000", "per 1,000"),
    "per_10000": ("je 10.000", "per 10,000"),
    "years": ("Jahre", "years"),
    "persons": ("Menschen", "people"),
    "score": ("", ""),
    "persons_per_hectare": ("Menschen je Hektar", "people per hectare"),
    "persons_per_household": ("Menschen", "people"),
    "m2_per_person": ("m²", "m²"),
    "euro_per_m2": ("Euro je m²", "euros per m²"),
    "rooms_per_person": ("Räume", "rooms"),
    "euro_per_month": ("Euro im Monat", "euros a month"),
    "cases": ("Fälle", "cases"),
    "households": ("Haushalte", "households"),
    "places": ("Plätze", "places"),
}


@lru_cache(maxsize=8)
def _symbols(language: str) -> tuple[str, str]:
    """Grouping and decimal sign of the language, from Babel's tables; babel.format itself costs 30 times as much a call."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    locale = _LOCALES[language]
    return get_group_symbol(locale), get_decimal_symbol(locale)


@lru_cache(maxsize=65536)
def number(value: float, decimals: int = 0, language: str = "de") -> str:
    """`1.234,5` or `1,234.5`, with the true minus sign; rounding to nothing never leaves a minus before a zero."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    group, point = _symbols(language)
    text = f"{abs(rounded):,f}".replace(",", "\0").replace(".", point).replace("\0", group)
    return f"{MINUS}{text}" if rounded < 0 else text


def shown(value: float, decimals: int = 1, language: str = "de") -> str:
    """A number for reading: a positive value too small for its decimals is `unter 0,1`, so it never looks like a true zero."""
    text = number(value, decimals, language)
    if value != 0 and not any(digit in "123456789" for digit in text):
        least = math.copysign(10.0**-decimals, value)
        return say("below {least}", language, least=number(least, decimals, language))
    return number(value, 0, language) if value == 0 else text


def percent(value: float, decimals: int = 1, language: str = "de") -> str:
    """`9,3 %` (no line break inside) or `9.3%`."""
    return shown(value, decimals, language) + (f"{NBSP}%" if language == "de" else "%")


def signed(value: float, decimals: int = 1, language: str = "de") -> str:
    """`+1,9` or `−0,3`; a change that rounds to nothing has no sign."""
    text = number(value, decimals, language)
    return f"+{text}" if not text.startswith(MINUS) and any(digit in "123456789" for digit in text) else text


def interval(lower: float, upper: float, decimals: int = 1, language: str = "de") -> str:
    """`8,7 bis 10,0`."""
    low, high = number(lower, decimals, language), number(upper, decimals, language)
    return say("{lower} to {upper}", language, lower=low, upper=high)


def unit_words(unit: str, language: str = "de") -> str:
    """The unit as it stands behind a number: `%`, `je 1.000`, `Jahre`; empty for index scores."""
    if unit in _UNITS:
        return _UNITS[unit][0 if language == "de" else 1]
    return unit.replace("_", " ")


def quantity(value: float, unit: str, decimals: int = 1, language: str = "de") -> str:
    """A number with its unit: `9,3 %`, `14,0 je 100`, `42,1 Jahre`."""
    if unit == "percent":
        return percent(value, decimals, language)
    words = unit_words(unit, language)
    return f"{shown(value, decimals, language)}{NBSP}{words}" if words else shown(value, decimals, language)


def after_bei(amount: str) -> str:
    """A German amount after `bei`: `41,5 Jahren`, `2,1 Räumen`; all else stays."""
    return f"{amount}n" if amount.endswith(("Jahre", "Räume", "Punkte")) else amount


def difference(value: float, unit: str, decimals: int = 1, language: str = "de") -> str:
    """The size of a difference, without sign: percents differ in points, all else in its own unit."""
    size, least = abs(value), 10.0**-decimals
    tiny = size > 0 and not any(digit in "123456789" for digit in number(size, decimals, language))
    told = (
        say("less than {least}", language, least=number(least, decimals, language))
        if tiny
        else number(size, decimals, language)
    )
    if unit in ("percent", "percentage_points"):
        return told + NBSP + say("point" if told == "1" else "points", language)
    return f"{told}{NBSP}{unit_words(unit, language)}".rstrip(NBSP)


def when(period: str, language: str = "de", flow: bool = False) -> str:
    """The period in a sentence: `Ende 2020`, `im Jahr 2020` (a flow), `am 30.06.2024`, `im Schuljahr 2024/25`."""
    known = _period(period)
    if known is None:
        return period
    if known.label.isdigit():
        return say("in {year}" if flow else "at the end of {year}", language, year=known.label)
    if known.start == known.end:
        return say("on {day}", language, day=day(period, language))
    if "/" in known.label:
        return say("in the school year {label}", language, label=known.label)
    if "Q" in known.label:
        return say("in quarter {part} of {year}", language, part=known.label[-1], year=known.label[:4])
    if "H" in known.label:
        return say("in half-year {part} of {year}", language, part=known.label[-1], year=known.label[:4])
    return say("in {month}", language, month=_month(known, language))


def since(period: str, language: str = "de", flow: bool = False) -> str:
    """`seit Ende 2018`, `seit dem 30.06.2018`, `seit dem Schuljahr 2018/19`; a flow `seit 2018`."""
    known = _period(period)
    if known is None or (flow and known.label.isdigit()):
        return say("since {year}", language, year=period)
    if known.label.isdigit():
        return say("since the end of {year}", language, year=known.label)
    if known.start == known.end:
        return say("since {day}", language, day=day(period, language))
    if "/" in known.label:
        return say("since the school year {label}", language, label=known.label)
    return say("since {day}", language, day=day(period, language))


def day(period: str, language: str = "de") -> str:
    """The last day of a period: `31.12.2020` or `31 December 2020`."""
    known = _period(period)
    if known is None:
        return period
    if language == "de":
        return f"{known.end:%d.%m.%Y}"
    from babel.dates import format_date

    return str(format_date(known.end, "d MMMM y", locale=_LOCALES[language]))


def capital(text: str) -> str:
    """The text with a capital first letter, for the start of a sentence."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1024)
def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except CallError:
        return None


def _month(period: Period, language: str) -> str:
    from babel.dates import format_date

    return str(format_date(period.end, "MMMM y", locale=_LOCALES[language]))


def counted(count: int, one: str, many: str, language: str = "de") -> str:
    """`ein Gebiet`, `zwei Gebiete`, `13 Gebiete`, `keine Gebiete`; `one` comes with its article or numeral."""
    if count == 1:
        return one
    if count == 0:
        return say("no {things}", language, things=many)
    word = _SPELLED[language][count] if 2 <= count <= 12 else number(count, 0, language)
    return f"{word} {many}"


def in_areas(count: int, total: int, language: str = "de") -> str:
    """`in 49 von 536 Gebieten`, `in einem von 536 Gebieten`, `in keinem der 536 Gebiete`, `in allen 536 Gebieten`."""
    values = {"count": number(count, 0, language), "total": number(total, 0, language)}
    if total == 1:
        return say("in the one area" if count else "not in the one area", language)
    if count == 0:
        return say("in none of the {total} areas", language, **values)
    if count == total:
        return say("in all {total} areas", language, **values)
    return say("in one of {total} areas" if count == 1 else "in {count} of {total} areas", language, **values)


def short_standing(share_lower: float, share_higher: float, language: str = "de") -> str:
    """`höher als 91 %` for a column that is headed `der Gebiete`; see `standing`."""
    if max(share_lower, share_higher) >= 1:
        return say("highest value" if share_lower >= 1 else "lowest value", language)
    if max(share_lower, share_higher) < 0.01:
        return say("as almost all", language)
    share = percent(math.floor(100 * max(share_lower, share_higher) + 1e-9), 0, language)
    return say("higher than {share}" if share_lower >= share_higher else "lower than {share}", language, share=share)


def in_place(place: str, language: str = "de") -> str:
    """`in Berlin`, `im Landkreis Musterkreis`, `in der Stadt Kassel`."""
    if language != "de":
        return f"in {place}"
    kind = place.split(" ")[0]
    masculine = kind in ("Landkreis", "Kreis", "Bezirk", "Regionalverband", "Stadtteil", "Markt")
    feminine = kind in (
        "Stadt",
        "Gemeinde",
        "Region",
        "Städteregion",
        "Hansestadt",
        "Landeshauptstadt",
        "Verbandsgemeinde",
    )
    return f"im {place}" if masculine else f"in der {place}" if feminine else f"in {place}"


def joined(words: Sequence[str], language: str = "de") -> str:
    """`A, B und C`."""
    if len(words) < 2:
        return "".join(words)
    return say("{first} and {last}", language, first=", ".join(words[:-1]), last=words[-1])


def quoted(text: str, language: str = "de") -> str:
    """The text in the language's quotation marks."""
    return f"„{text}“" if language == "de" else f"“{text}”"


def nth_share(value: float | None, lower: float | None = None, upper: float | None = None, language: str = "de") -> str:
    """`zweite` for 48 to 52 percent (so `etwa jedes zweite Kind` is right), likewise third to tenth within 4 percent of it.

    Empty where no such word fits, or where the interval is wider than the word `etwa` carries (15 percent of the value).
    """
    if value is None or math.isnan(value):
        return ""
    bounds = [bound for bound in (lower, upper) if bound is not None and not math.isnan(bound)]
    if any(abs(bound - value) > 0.15 * value for bound in bounds):
        return ""
    fits = (word for parts, word in _NTH[language].items() if abs(value - 100 / parts) <= 4 / parts + 1e-9)
    return next(fits, "")


def subject(title: str, language: str = "de") -> str:
    """The title as subject of a sentence: `Die Arbeitslosigkeit`; where the gender is not sure, `Der Wert „...“`."""
    if language != "de":
        return title
    first, _, rest = title.partition(" ")
    article = _article(first)
    if article:
        return f"{article} {title}"
    for ending, fits in (("er", "Der"), ("es", "Das"), ("e", "Die")):  # Sozialer Status -> Der soziale Status
        if first.endswith(ending) and rest[:1].isupper() and _article(rest.partition(" ")[0]) == fits:
            return f"{fits} {first[:1].lower()}{first.removesuffix(ending)[1:]}e {rest}"
    return f"Der Wert {quoted(title)}"


def _article(noun: str) -> str:
    """The article of a noun by its ending; empty where the ending does not tell."""
    plain = noun.strip(",;:").lower()
    by_ending = (("Die", _FEMININE), ("Der", _MASCULINE), ("Das", _NEUTER))
    return next((article for article, endings in by_ending if plain.endswith(endings)), "")


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of two figures with its 95 % interval, where both figures have one."""

    value: float
    lower: float | None = None
    upper: float | None = None

    @property
    def direction(self) -> str:
        """`up` or `down` when the interval leaves out zero, `unclear` when it holds zero, `unknown` without interval."""
        if self.lower is None or self.upper is None:
            return "unknown"
        return "up" if self.lower > 0 else "down" if self.upper < 0 else "unclear"


def change(before: Mapping[str, Any], after: Mapping[str, Any]) -> Change | None:
    """The change between two figures (`value`, `lower`, `upper`), or None where one is not known.

    The interval joins both intervals by the method of variance estimates recovery (Newcombe 1998, method 10).
    """
    if not (_known(before.get("value")) and _known(after.get("value"))):
        return None
    old, new = float(before["value"]), float(after["value"])
    if not all(_known(row.get(side)) for row in (before, after) for side in ("lower", "upper")):
        return Change(new - old)
    below = math.hypot(new - float(after["lower"]), float(before["upper"]) - old)
    above = math.hypot(float(after["upper"]) - new, old - float(before["lower"]))
    return Change(new - old, new - old - below, new - old + above)


def _known(value: object) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


def change_words(
    title: str,
    before: str,
    step: Change,
    after: str,
    unit: str,
    decimals: int,
    language: str = "de",
    flow: bool = False,
) -> str:
    """One sentence about a change, as strong as its interval allows.

    `before` is the earlier period, `after` the later figure with its unit.
    """
    size = difference(step.value, unit, decimals, language)
    then, from_then = when(before, language, flow), since(before, language, flow)
    values = {"title": subject(title, language), "since": from_then, "when": then, "size": size, "after": after}
    if step.direction == "up":
        return say("{title} has risen {since} by {size} to {after}.", language, **values)
    if step.direction == "down":
        return say("{title} has fallen {since} by {size} to {after}.", language, **values)
    if step.direction == "unclear":
        return say("{title} has not changed recognisably {since}: {after}.", language, **values)
    values["after"] = after_bei(after) if language == "de" else after
    if step.value == 0:
        return say("{title} is {after}, as {when}.", language, **values)
    higher, lower = "{title} is {after}, {size} higher than {when}.", "{title} is {after}, {size} lower than {when}."
    template = higher if step.value > 0 else lower
    return say(template, language, **values)


def standing(share_lower: float, share_higher: float, language: str = "de") -> str:
    """`höher als in 91 % der Gebiete` from the shares (0 to 1) of other areas with a lower and with a higher value.

    Percents are cut, not rounded, so the sentence never claims one area too many; ties count on neither side.
    """
    if share_lower >= 1:
        return say("higher than in all other areas", language)
    if share_higher >= 1:
        return say("lower than in all other areas", language)
    if max(share_lower, share_higher) < 0.01:
        return say("the same as in almost all areas", language)
    above = share_lower >= share_higher
    share = percent(math.floor(100 * max(share_lower, share_higher) + 1e-9), 0, language)
    return say("higher than in {share} of areas" if above else "lower than in {share} of areas", language, share=share)


def position(period: str) -> float:
    """The end of a period as a number on a time axis: 2020 for the end of 2020, 2019.5 for the middle of that year."""
    known = _period(period)
    if known is None:
        return 0.0
    return (
        known.end.year
        + (known.end.timetuple().tm_yday / 366 if (known.end.month, known.end.day) != (12, 31) else 1.0)
        - 1.0
    )


def year(period: str) -> str:
    """The calendar year in which a period ends."""
    known = _period(period)
    return str(known.year) if known else period


def dative(many: str) -> str:
    """A German plural after `in`: `Planungsräumen`, `Bezirken`, `Ortsteilen`."""
    return many if many.endswith(("n", "s")) else f"{many}n"
