"""What a published rate or mean tells about the counts behind it, and how many decimals are safe."""

from __future__ import annotations

from fractions import Fraction

MOST_DECIMALS = 6
COARSEST = -2  # rates rounded to hundreds


def numerators(published: str, base: int, per: int = 100) -> range:
    """Every whole count from 0 to `base` whose rate per `per`, rounded half up, prints as `published`.

    A single one: the rate gives its count away. `published`: the rate as text, its decimals count ("3.0" is not "3").
    Raises: ValueError when it is no number or `base` is not positive.
    """
    text = published.replace(",", ".")
    return _between(Fraction(text), len(text.partition(".")[2]), base, per)


def _between(rate: Fraction, decimals: int, base: int, per: int) -> range:
    if base <= 0:
        raise ValueError("base must be above 0")
    half = Fraction(10) ** -decimals / 2
    least, most = (rate - half) * base / per, (rate + half) * base / per
    return range(
        max(0, -(-least.numerator // least.denominator)), min(base + 1, -(-most.numerator // most.denominator))
    )


def safe_decimals(count: int, base: int, minimum: int = 3, per: int = 100) -> int | None:
    """The most decimals at which the rate of `count` in a published `base` protects it and the rest `base - count`.

    A small number of the two (1 to minimum - 1) is protected when 0 and `minimum` stay possible for it. Up to 6; -1 means
    rounded to tens, -2 to hundreds; None: publish no rate.
    """
    for decimals in range(MOST_DECIMALS, COARSEST - 1, -1):
        step = Fraction(10) ** -decimals
        rate = (Fraction(per * count, base) / step + Fraction(1, 2)) // 1 * step
        possible = _between(rate, decimals, base, per)
        rest = range(base - possible[-1], base - possible[0] + 1)
        if all(_open(one, held, minimum) for one, held in ((count, possible), (base - count, rest))):
            return decimals
    return None


def _open(count: int, possible: range, minimum: int) -> bool:
    return not 0 < count < minimum or (possible[0] == 0 and possible[-1] >= minimum)


def decimals_for_base(base: int, minimum: int = 3, per: int = 100) -> int | None:
    """The most decimals at which no rate in this base gives any small count away: base > 2 minimum per 10^decimals."""
    found = [safe_decimals(count, base, minimum, per) for count in range(1, min(minimum, base + 1))]
    known = [one for one in found if one is not None]
    return min(known) if len(known) == len(found) and found else None


def denominators(published: str, most: int) -> list[int]:
    """Every number of cases up to `most` with which a mean of whole numbers, rounded half up, prints as `published`.

    Few of them: the mean tells how many cases stand behind it. Raises: ValueError when it is no number.
    """
    text = published.replace(",", ".")
    mean, half = Fraction(text), Fraction(10) ** -len(text.partition(".")[2]) / 2
    return [count for count in range(1, most + 1) if -((half - mean) * count // 1) < (mean + half) * count]
