"""Whether the certificates of a release prove it safe: every published number computed again from other populations.

Whole numbers only, no solver and no code of the search. Whoever sees the release cannot tell the populations apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.figures import Figures
from sozialraum.protection.proved.amounts import OpenAmount, Sums, known_amounts, sums_of
from sozialraum.protection.proved.certificate import Block, Certificate, Zoning
from sozialraum.protection.proved.classes import Classes
from sozialraum.protection.proved.earlier import Earlier
from sozialraum.protection.proved.former import Former
from sozialraum.protection.proved.inside import Knowers, knowers
from sozialraum.protection.proved.known import Key, Known, known
from sozialraum.protection.proved.populations import Populations, populations
from sozialraum.protection.proved.rates import rate_faults
from sozialraum.protection.proved.secret import Secret, secrets_of

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
    `classes`: those of an index that rest on hidden counts and are told; `classes_before`: classes of earlier releases that
    some population does not give, so that what they tell is not proved.
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
    classes_before: int = 0
    corrected: int = 0
    former: int = 0

    @property
    def accepted(self) -> bool:
        """Whether everything is proved."""
        return not self.faults


def verify(evidence: Evidence) -> Verdict:
    """The verdict on a release."""
    outside = known(evidence.released, evidence.secrets, evidence.earlier, evidence.minimum)
    told = known_amounts(evidence.released, evidence.secrets, evidence.earlier)
    faults = [*_rule_faults(evidence), *rate_faults(evidence.released), *_doubled(outside), *_contradicted(outside)]
    now, before = _classes(evidence)
    tally = _Tally()
    for one, fault in _people(evidence.certificate.blocks, outside, evidence.pieces):
        faults += fault
        if one is not None:
            secret = secrets_of(one, outside, evidence.rest)
            people = knowers(one, outside, secret) if evidence.insiders and len(secret) else None
            sums = sums_of(one, told, outside, evidence.share)
            faults += _replayed(one, secret, people, sums, tally.misfits, [*now, *before])
            tally.take(one, secret, people, sums)
    faults += [fault for edition in now for fault in edition.faults()]
    faults += _former_faults(evidence)
    return replace(
        tally.verdict(_first(faults)),
        classes=sum(edition.told for edition in now),
        classes_before=sum(_moves_a_class(fault) for edition in before for fault in edition.faults()),
        corrected=len(outside.corrected),
        former=len(evidence.former),
    )


def _classes(evidence: Evidence) -> tuple[list[Classes], list[Classes]]:
    """The classes of this release, and those of earlier ones that say what they hid; none where none are asked for."""
    if not evidence.classes:
        return [], []
    before = [Classes(past.figures, past.secrets) for past in evidence.earlier if past.secrets is not None]
    return [Classes(evidence.released, evidence.secrets)], before


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

    def take(self, one: Populations, secret: Secret, people: Knowers | None, sums: Sums) -> None:
        """Count a block."""
        self.numbers += int(one.told.outside.sum())
        self.secrets += len(secret)
        self.populations += len(one.block.others)
        self.insiders += 0 if people is None else len(people)
        self.ranges.update(secret.ranges())
        self.within |= set(secret.within())
        self.sums.append(sums)

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


def _moves_a_class(fault: Fault) -> bool:
    """Whether another population gives another class; where the first one does, the facts were corrected since."""
    return fault.code == "other_class" and fault.values["number"] != 0


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


def _former_faults(evidence: Evidence) -> Iterator[Fault]:
    """What is not proved of facts that were corrected since, by the numbers that hold for them as well."""
    proofs = [*evidence.certificate.former, *((),) * len(evidence.former)]
    for state, proof in zip(evidence.former, proofs, strict=False):
        figures, secrets = state.holding(evidence.released), state.holding(evidence.secrets)
        outside = known(figures, secrets, state.earlier, evidence.minimum)
        yield from (*_doubled(outside), *_contradicted(outside))
        for one, fault in _people(proof, outside, evidence.pieces):
            yield from fault
            if one is not None:
                secret = secrets_of(one, outside, evidence.rest)
                people = knowers(one, outside, secret) if evidence.insiders and len(secret) else None
                yield from _replayed(one, secret, people, Sums([]), set(), ())


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


def _replayed(
    one: Populations,
    secret: Secret,
    people: Knowers | None,
    sums: Sums,
    misfits: set[OpenAmount],
    classes: Sequence[Classes],
) -> Iterator[Fault]:
    """Every other population: nobody less than zero times, every published number as before; and what that leaves open.

    One in which no amounts are possible beside the told ones leaves nothing open; which ones these are is noted where
    something stays unproved.
    """
    left: list[tuple[Ints, list[OpenAmount]]] = []
    for number in range(len(one.block.others)):
        change = one.change(number)
        if change is None:
            yield Fault(
                "negative",
                "population {number} would count somebody less than zero times.",
                values={"number": number + 1},
            )
            continue
        for edition in classes:
            edition.take(one, change)
        moved = one.moved(change)
        if moved:
            what = "population {number} changes a published number: {place}."
            yield Fault("other_number", what, values={"number": number + 1, "place": moved})
        elif impossible := sums.misfits(one.block.others[number]):
            left.append((change, impossible))
        elif not secret.take(change):
            what = "population {number} makes a part larger than its whole."
            yield Fault("part_too_large", what, values={"number": number + 1})
        elif people is not None:
            people.take(change, secret.now(change))
    for change, impossible in left:
        if people is not None or secret.helped(change):
            misfits.update(impossible)
    yield from secret.unproved()
    yield from sums.faults()
    for place in people.narrowed() if people is not None else ():
        what = "nothing proves that nobody inside can narrow this: {kind}, {place}."
        yield Fault("narrowed_inside", what, values=secret.name(place))
