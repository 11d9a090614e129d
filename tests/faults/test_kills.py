"""Kill -9 at twenty seeded points, spread over every step and every moment of it: the checksums are those of a run that
nobody disturbed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from include.day import STEPS
from tests.checksums import checksums, differences
from tests.faults.killed_day import MOMENTS
from tests.sample_week import FIRST, SampleWeek

LAST = FIRST + timedelta(days=1)
SEED = 20260302


def points() -> list[tuple[str, str, int]]:
    """(step, moment, statements): every step of a date once, moments dealt round, in the order in which they come up."""
    draw = random.Random(SEED)
    moments = [MOMENTS[n % len(MOMENTS)] for n in range(len(STEPS))]
    draw.shuffle(moments)
    return [(step.name, moment, draw.randint(1, 12)) for step, moment in zip(STEPS, moments, strict=True)]


@pytest.fixture(scope="module")
def weeks(mariadb_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SampleWeek, SampleWeek]]:
    """Two lenders with the same files and champion: one to leave alone, one to kill."""
    folder = tmp_path_factory.mktemp("week")
    calm = SampleWeek.prepare(mariadb_server, "t_calm", folder)
    calm.train()
    killed = SampleWeek.prepare(mariadb_server, "t_killed", folder)
    killed.take_champion_from(calm.owner)
    yield calm, killed
    calm.drop()
    killed.drop()


@pytest.mark.timeout(900)
def test_killed_at_every_step_and_run_again_gives_the_same_cents(weeks: tuple[SampleWeek, SampleWeek]) -> None:
    calm, killed = weeks
    calm.run(FIRST, LAST)
    dates = str(FIRST), str(LAST)
    chosen = points()
    assert len(chosen) >= 20
    for step, moment, count in chosen:
        killed.command("tests.faults.killed_day", step, moment, str(count), *dates, killed=True)
    killed.run(FIRST, LAST)

    assert differences(calm.owner, killed.owner) == {}
    assert checksums(calm.owner) == checksums(killed.owner)
    with killed.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from business_day where state = 'CLOSED'")) == 2
        assert connection.scalar(text("select count(*) from step_attempt where state = 'LOST'")) == len(chosen)
        assert connection.scalar(text("select count(*) from step_run where state <> 'DONE'")) == 0


def test_what_is_done_stays_as_it_is(weeks: tuple[SampleWeek, SampleWeek], tmp_path: Path) -> None:
    calm, _ = weeks
    before = checksums(calm.owner)
    calm.run(FIRST, LAST)
    assert checksums(calm.owner) == before
