"""People who are one of several: the check takes from the certificate who can be where, and believes nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from sozialraum.protection import Certificate, Evidence, Protected, Verdict, verify
from sozialraum.protection.proved import Block, read_certificate, write_certificate
from tests.attack.sequences import Story


@cache
def told() -> tuple[Story, Protected]:
    """A release of which people who are one of several would narrow a secret if only numbers were reckoned with."""
    story = Story(8, "safe")
    story.tell()
    return story, story.went_out[0][0]


def checked(certificate: Certificate) -> Verdict:
    story, made = told()
    asked = made.figures, made.secrets, (), story.pieces, 3, True, certificate
    return verify(Evidence(*asked, insiders=True))


def with_block(**changed: object) -> Verdict:
    _, made = told()
    first, *more = made.certificate.blocks
    block: Block = replace(first, **changed)  # type: ignore[arg-type]
    return checked(replace(made.certificate, blocks=(block, *more)))


def test_everybody_is_somewhere_in_the_certificate() -> None:
    _, made = told()
    assert checked(made.certificate).faults == ()
    assert len(made.certificate.blocks[0].alike) > 0


def test_a_population_that_gives_another_number_of_the_house_is_not_alike() -> None:
    _, made = told()
    block = made.certificate.blocks[0]
    piece, group, _ = block.people[0].tolist()
    more = np.array([[piece, group, 1]])
    assert with_block(alike=(*block.alike, more)).faults[0].code == "not_alike"
    fewer = np.array([[piece, group, -1000]])
    assert with_block(alike=(*block.alike, fewer)).faults[0].code == "not_alike"


def test_populations_for_people_who_are_one_of_several_may_not_be_missing() -> None:
    _, made = told()
    block = made.certificate.blocks[0]
    assert {one.code for one in with_block(others=block.others[:-1]).faults} == {"narrowed_inside"}


def test_the_file_keeps_them() -> None:
    _, made = told()
    again = read_certificate(write_certificate(made.certificate))
    pairs = zip(again.blocks[0].alike, made.certificate.blocks[0].alike, strict=True)
    assert all((one == other).all() for one, other in pairs)
