"""Whether the certificates of a release prove it safe: every published number computed again from other populations.

Whole numbers only, no solver and no code of the search. Whoever sees the release cannot tell the populations apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.figures import Figures
from sozialraum.protection.proved.amounts import OpenAmount, Sums, known_amounts, sums_of
from sozialraum.protection.proved.certificate import Block, Certificate, Zoning
from sozialraum.protection.proved.classes import Classes
from sozialraum.protection.proved.earlier import Earlier
from sozialraum.protection.proved.former import Former
from sozialraum.protection.proved.inside import Knowers, inside
from sozialraum.protection.proved.known import Key, Known, known
from sozialraum.protection.proved.populations import Populations, populations
from sozialraum.protection.proved.rates import rate_faults
from sozialraum.protection.proved.secret import Secret, secrets_of
from sozialraum.protection.proved.there import There

Ints = npt.NDArray[np.int64]
Ground = Callable[[Sequence[Zoning]], Sequence[Mapping[Zoning, str]]]
SHOWN = 20
"""Faults that are named; the others are counted."""


@dataclass(frozen=True)
class Evidence:
    """What is checked: figures as they went out and the hidden rows as they were; what the house remembers of earlier ones.

    `pieces`: the smallest common pieces of the areas of these levels and boundaries, as the house knows them.
    `minimum`, `rest`, `insiders` (whether people inside are reckoned with): the rule that is asked for; `share`: by which
    part of itself the amount of a few has to stay unknown (p % rule);
    `classes`: whether classes of an index have to be the same in every population; `former`: former states of the facts.
    """

    released: Figures
    secrets: Figures
    earlier: Sequence[Earlier]
    pieces: Ground
    minimum: int
    rest: bool
    certificate: Certificate
    insiders: bool = False
    share: float = 0.1
    classes: bool = True
    former: Sequence[Former] = ()


@dataclass(frozen=True)
class Verdict:
    """The faults found (none: proved safe), and what was checked.

    `numbers`: counts that every population gives as published; `secrets`: hidden small counts, rests and groups, each with
    0 and the minimum possible; `populations`: others beside the first; `ranges`: how many secrets have a range that wide;
    `within`: counts that stand in a small rest or group; `insiders`: people inside against whom it holds, by what they know.
    `amounts`: how many amounts of a few had to stay open; `open_amounts`: those that do not; `misfits`: told amounts
    that do not fit into populations without which something stays unproved.
    `corrected`: counts that earlier releases told with other numbers than the facts give today; `former`:
    states of the facts before corrections in which it holds as well;
    `classes`: those of an index that rest on hidden counts and are told.
    """

    faults: tuple[Fault, ...]
    numbers: int = 0
    secrets: int = 0
    populations: int = 0
    ranges: Mapping[int, int] = field(default_factory=dict)
    within: frozenset[Key] = frozenset()
    insiders: int = 0
    amounts: int = 0
    open_amounts: tuple[OpenAmount, ...] = ()
    misfits: frozenset[OpenAmount] = frozenset()
    classes: int = 0
    corrected: int = 0
    former: int = 0

    @property
    def accepted(self) -> bool:
        """Whether everything is proved."""
        return not self.faults


def verify(evidence: Evidence) -> Verdict:
    """The verdict on a release."""
    tally = _Tally()
    edition = Classes(evidence.released, evidence.secrets)
    faults = [*_rule_faults(evidence), *rate_faults(evidence.released)]
    for number, state in enumerate(states(evidence)):
        faults += state.faults
        now = [edition] if evidence.classes and not number else []
        for one in state.asked:
            faults += one.replayed(tally.misfits, now)
            tally.take(one, today=not number)
        tally.corrected += len(state.outside.corrected) if not number else 0
    faults += edition.faults() if evidence.classes else ()
    return replace(
        tally.verdict(_first(faults)),
        classes=edition.told if evidence.classes else 0,
        corrected=tally.corrected,
        former=len(evidence.former),
    )


@dataclass(frozen=True)
class State:
    """What has to be proved of a state of the facts, block by block; `faults`: where the certificates do not speak of it."""

    outside: Known
    asked: Sequence[Asked]
    faults: Sequence[Fault]
    before: Sequence[Earlier]


def states(evidence: Evidence) -> Iterator[State]:
    """Today's state of the facts, and those in which something went out before corrections."""
    yield _state(evidence, evidence.certificate.blocks, evidence.released, evidence.secrets, evidence.earlier)
    proofs = [*evidence.certificate.former, *((),) * len(evidence.former)]
    for one, proof in zip(evidence.former, proofs, strict=False):
        yield _state(evidence, proof, one.holding(evidence.released), one.holding(evidence.secrets), one.earlier)


def _state(
    evidence: Evidence, proof: Sequence[Block], released: Figures, secrets: Figures, earlier: Sequence[Earlier]
) -> State:
    outside = known(released, secrets, earlier, evidence.minimum)
    told = known_amounts(released, secrets, earlier)
    people = list(_people(proof, outside, evidence.pieces))
    before = earlier if evidence.classes else ()
    apart = _apart([one for one, _ in people if one is not None], classes_of(before))
    asked = [
        Asked(one, outside, evidence, sums_of(one, told, outside, evidence.share), apart[id(one)])
        for one, _ in people
        if one is not None
    ]
    faults = [*_doubled(outside), *_contradicted(outside), *(fault for _, some in people for fault in some)]
    return State(outside, asked, faults, before)


def classes_of(earlier: Sequence[Earlier]) -> list[Classes]:
    """The classes of releases that say what they hid and hold some input of them back."""
    found = [Classes(one.figures, one.secrets, one.today) for one in earlier if one.classes and one.secrets is not None]
    return [one for one in found if one.editions]


@dataclass
class _Tally:
    """What was checked, block by block."""

    numbers: int = 0
    secrets: int = 0
    populations: int = 0
    insiders: int = 0
    ranges: Counter[int] = field(default_factory=Counter)
    within: set[Key] = field(default_factory=set)
    sums: list[Sums] = field(default_factory=list)
    misfits: set[OpenAmount] = field(default_factory=set)
    corrected: int = 0

    def take(self, asked: Asked, today: bool) -> None:
        """Count a block; of former states only what they leave open."""
        self.sums.append(asked.sums)
        if not today:
            return
        self.numbers += int(asked.one.told.outside.sum())
        self.secrets += len(asked.secret)
        self.populations += len(asked.one.block.others)
        self.insiders += 0 if asked.people is None else len(asked.people)
        self.ranges.update(asked.secret.ranges())
        self.within |= set(asked.secret.within())

    def verdict(self, faults: tuple[Fault, ...]) -> Verdict:
        """All of it together."""
        return Verdict(
            faults,
            self.numbers,
            self.secrets,
            self.populations,
            dict(sorted(self.ranges.items())),
            frozenset(self.within),
            self.insiders,
            amounts=sum(map(len, self.sums)),
            open_amounts=tuple(one for sums in self.sums for one in sums.open()),
            misfits=frozenset(self.misfits),
        )


def _apart(blocks: Sequence[Populations], before: Sequence[Classes]) -> dict[int, set[int]]:
    """By block, populations that give another class than an earlier release told: they prove nothing."""
    found: dict[int, set[int]] = {id(one): set() for one in blocks}
    taken: list[tuple[int, int]] = []
    for one in blocks if before else ():
        for number in range(len(one.block.others)):
            change = one.change(number)
            if change is not None:
                taken.append((id(one), number))
                for edition in before:
                    edition.take(one, change)
    for at in {at for edition in before for at in edition.other()}:
        block, number = taken[at - 1]
        found[block].add(number)
    return found


def _first(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    more = len(faults) - SHOWN
    rest = [Fault("more_faults", "{count} more faults.", values={"count": more})] if more > 0 else []
    return (*faults[:SHOWN], *rest)


def _rule_faults(evidence: Evidence) -> Iterator[Fault]:
    made = evidence.certificate
    for name in ("minimum", "rest", "insiders", "classes"):
        stated, asked = getattr(made, name), getattr(evidence, name)
        if stated != asked:
            what = "the certificates were made for {name} = {stated}, asked for is {asked}."
            yield Fault("other_rule", what, values={"name": name, "stated": stated, "asked": asked})


def _doubled(outside: Known) -> Iterator[Fault]:
    for level, vintage, area, _, period in sorted(outside.doubled, key=repr):
        values = {"place": f"{level}, {vintage}, {area}, {period}"}
        yield Fault("two_numbers", "two indicators show other numbers of the same count: {place}.", values=values)


def _contradicted(outside: Known) -> Iterator[Fault]:
    for level, vintage, area, _, period in sorted(outside.contradicted, key=repr):
        what = "an earlier release has another number than this one, and the facts behind it are the same: {place}."
        yield Fault("other_facts", what, values={"place": f"{level}, {vintage}, {area}, {period}"})


def _people(
    blocks: Sequence[Block], outside: Known, pieces: Ground
) -> Iterator[tuple[Populations | None, list[Fault]]]:
    """The populations of each block, None where they are none, and what is wrong with them."""
    for block, keys, faults in _blocks(blocks, outside):
        one = None if block is None else populations(block, keys, outside, pieces)
        yield (one, faults) if one is None or not one.faults else (None, [*faults, *one.faults])


def _blocks(blocks: Sequence[Block], outside: Known) -> Iterator[tuple[Block | None, list[Key], list[Fault]]]:
    """The counts of each block; those of periods that no block holds are a fault."""
    every = dict.fromkeys([*outside.inside, *outside.kept])
    of_period = {period: block for block in blocks for period in block.periods}
    lost = sorted({key[4] for key in every if key[4] not in of_period})
    if lost:
        what = "The certificates say nothing of {periods}."
        yield None, [], [Fault("not_covered", what, values={"periods": ", ".join(lost)})]
    for block in blocks:
        yield block, [key for key in every if of_period.get(key[4]) is block], []


@dataclass
class Asked:
    """What has to be proved of a block, and by whom; `apart`: populations that prove nothing."""

    one: Populations
    outside: Known
    evidence: InitVar[Evidence]
    sums: Sums
    apart: Collection[int] = ()
    secret: Secret = field(init=False)
    people: Knowers | None = None
    there: There | None = None

    def __post_init__(self, evidence: Evidence) -> None:
        self.secret = secrets_of(self.one, self.outside, evidence.rest)
        if evidence.insiders and len(self.secret):
            self.people, self.there = inside(self.one, self.outside, self.secret)

    def replayed(self, misfits: set[OpenAmount], classes: Sequence[Classes]) -> Iterator[Fault]:
        """Every other population, and what that leaves open."""
        yield from self.taken(misfits, classes)
        yield from self.secret.unproved()
        yield from self.sums.faults()
        yield from self.there.faults() if self.there is not None else ()
        for place in self.narrowed():
            what = "nothing proves that nobody inside can narrow this: {kind}, {place}."
            yield Fault("narrowed_inside", what, values=self.secret.name(place))

    def taken(self, misfits: set[OpenAmount], classes: Sequence[Classes]) -> Iterator[Fault]:
        """Every other population: nobody less than zero times, every published number as before.

        One in which no amounts are possible beside the told ones leaves nothing open; which ones these are is noted where
        something stays unproved.
        """
        left: list[tuple[Ints, list[OpenAmount]]] = []
        for number in range(len(self.one.block.others)):
            change = self.one.change(number)
            if change is None:
                what = "population {number} would count somebody less than zero times."
                yield Fault("negative", what, values={"number": number + 1})
                continue
            for edition in classes:
                edition.take(self.one, change)
            moved = self.one.moved(change)
            if moved:
                what = "population {number} changes a published number: {place}."
                yield Fault("other_number", what, values={"number": number + 1, "place": moved})
            elif number not in self.apart:
                yield from self._proving(number, change, left)
        for change, impossible in left:
            if self.people is not None or self.secret.helped(change):
                misfits.update(impossible)

    def narrowed(self) -> list[int]:
        """Secrets that somebody inside could narrow."""
        return sorted({place for one in (self.people, self.there) if one is not None for place in one.narrowed()})

    def _proving(self, number: int, change: Ints, left: list[tuple[Ints, list[OpenAmount]]]) -> Iterator[Fault]:
        """What a population leaves open that gives every published number."""
        if impossible := self.sums.misfits(self.one.block.others[number]):
            left.append((change, impossible))
        elif not self.secret.take(change):
            what = "population {number} makes a part larger than its whole."
            yield Fault("part_too_large", what, values={"number": number + 1})
        else:
            self.heard(self.one.block.others[number], change)

    def heard(self, lines: Ints, change: Ints) -> None:
        """What people inside make of a population that gives every published number."""
        if self.people is not None and self.there is not None:
            now = self.secret.now(change)
            self.people.take(change, now)
            self.there.take(lines, change, now)
