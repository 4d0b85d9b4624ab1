"""Killed at any moment: no damage is ever visible, and going on ends where an unkilled run ends.

Real processes, SIGKILL. What they do is in `unit/library/library_toy.py`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT = Path(__file__).resolve().parents[1] / "unit" / "library"
sys.path.append(str(UNIT))

from library_toy import (  # noqa: E402 # from a folder that only now is on the path
    NEXT,
    blank_library,
    contents,
    history,
    import_all,
    old_library,
    revision,
    run_experiments,
    toy_recompute,
    write_diary,
)

from evenstride.domain.diary import Complaint, Day  # noqa: E402 # as below
from evenstride.library import database, open_library  # noqa: E402 # as above

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL here")


class Nursery:
    """Starts processes that work on a library, and kills them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def run(self, after: tuple[int, float] | None, action: str, root: Path, argument: str) -> bool:
        """Run an action; kill it after so many steps and seconds. Say whether the kill hit."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{action}\t{root}\t{argument}\n")
        self.process.stdin.flush()
        pid, steps, line = 0, 0, ""
        while not line.startswith("exit"):
            line = self.line()
            assert line, "the nursery itself died"
            if line.startswith("pid"):
                pid = int(line.split()[1])
            steps += line in ("started", "a step")
            if line == "over":
                self.process.stdin.write("\n")
                self.process.stdin.flush()
                after = None
            if after is not None and pid and steps > after[0]:
                time.sleep(after[1])
                os.kill(pid, signal.SIGKILL)
                after = None
        code = int(line.split()[1])
        assert code in (0, -signal.SIGKILL)
        return code != 0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    command = [sys.executable, str(UNIT / "library_toy.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def damage(root: Path) -> list[str]:
    with open_library(root) as library:
        return [f.message for f in library.check() if f.severity == "damage"]


def exported(root: Path, to: Path) -> dict[str, bytes]:
    with open_library(root) as library:
        library.export(to, raw=True)
    return contents(to)


def test_an_import_killed_again_and_again(nursery: Nursery, tmp_path: Path) -> None:
    rng = random.Random(7)
    count = 400
    root = tmp_path / "lib"
    kills, progress = 0, []
    while kills < 30:
        # The first kills fall into the making of the library itself.
        after = (0, rng.uniform(0.0, 0.02)) if kills < 8 else (rng.randrange(4), rng.random() / 40)
        hit = nursery.run(after, "import", root, str(count))
        assert hit, "the import was over before all kills: make it longer"
        kills += 1
        if (root / "library.sqlite").exists():
            assert damage(root) == []
            with open_library(root) as library:
                progress.append(len(library.stored_files()))
    assert progress == sorted(progress), "nothing that was committed is ever lost"
    assert len(set(progress)) > 5, "the kills did not fall into the work"
    assert not nursery.run(None, "import", root, str(count))
    assert damage(root) == []

    import_all(tmp_path / "unkilled", history(count))
    killed = exported(root, tmp_path / "a")
    assert len(killed) > count
    assert killed == exported(tmp_path / "unkilled", tmp_path / "b")


def test_a_rebuild_killed_again_and_again(nursery: Nursery, tmp_path: Path) -> None:
    rng = random.Random(8)
    root = tmp_path / "lib"
    import_all(root, history(100))
    import_all(tmp_path / "unkilled", history(100))
    with open_library(root) as library:
        runs = library.runs()["run_id"].to_list()
        library.prefer(runs[0], library.run(runs[0]).recordings[-1].recording_id)
    with open_library(tmp_path / "unkilled") as library:
        library.prefer(runs[0], library.run(runs[0]).recordings[-1].recording_id)
        library.rebuild(toy_recompute(library.root, rows=61))
    seen = set()
    for _ in range(8):
        hit = nursery.run((rng.randrange(100), rng.random() / 40), "rebuild", root, "61")
        assert damage(root) == []
        with open_library(root) as library:
            assert library.runs()["run_id"].to_list() == runs
            counts = [library.samples(library.run(r).chosen.recording_id).height for r in runs]
            assert set(counts) <= {40, 61}
            seen.add(sum(n == 61 for n in counts))
        if not hit:  # it was finished: go back, so that the next has work again
            with open_library(root) as library:
                library.rebuild(toy_recompute(library.root))
    assert len(seen) > 1, "the kills did not fall into the work"
    assert not nursery.run(None, "rebuild", root, "61")
    assert damage(root) == []
    assert exported(root, tmp_path / "a") == exported(tmp_path / "unkilled", tmp_path / "b")


def test_experiments_killed_again_and_again(nursery: Nursery, tmp_path: Path) -> None:
    """What was said to be kept is kept, each record once; going on ends where it always ends."""
    rng = random.Random(11)
    root = tmp_path / "lib"
    import_all(root, history(14))
    shutil.copytree(root, tmp_path / "unkilled")
    with open_library(tmp_path / "unkilled") as library:
        run_experiments(library, 40)
    before: list[tuple[str, int, bool]] = []
    kills = 0
    while kills < 20:
        hit = nursery.run((rng.randrange(1, 14), rng.random() / 100), "experiment", root, "40")
        assert hit, "the experiments were over before all kills: make them more"
        kills += 1
        assert damage(root) == []
        with open_library(root) as library:
            found = library.experiments()
        now = [(n, len(e.records), e.ended_at_utc is not None) for n, e in found.items()]
        assert [n for n, _, _ in now][: len(before)] == [n for n, _, _ in before]
        for (_, had, was_over), (_, has, is_over) in zip(before, now, strict=False):
            assert has >= had, "nothing that was recorded is ever lost"
            assert is_over >= was_over
        assert now > before, "the kills did not fall into the work"
        before = now
    assert not nursery.run(None, "experiment", root, "40")
    assert damage(root) == []
    assert exported(root, tmp_path / "a") == exported(tmp_path / "unkilled", tmp_path / "b")


def test_the_diary_killed_again_and_again(nursery: Nursery, tmp_path: Path) -> None:
    """What was said to be written is written, two of one writing together; none comes back."""
    rng = random.Random(12)
    root = tmp_path / "lib"
    rounds = 100
    open_library(root).close()
    open_library(tmp_path / "unkilled").close()
    with open_library(tmp_path / "unkilled") as library:
        write_diary(library, rounds)
    reached = [0]
    for _ in range(12):
        hit = nursery.run((rng.randrange(1, 40), rng.random() / 100), "diary", root, str(rounds))
        assert hit, "the diary was over before all kills: make it longer"
        assert damage(root) == []
        with open_library(root) as library:
            days, complaints = library.entries(Day), library.entries(Complaint)
        rounds_of = {name.partition("-")[0] for name in days}
        assert {name.partition("-")[0] for name in complaints} == rounds_of
        over = sorted(int(name[: -len("-over")]) for name in days if name.endswith("-over"))
        assert over == list(range(len(over)))
        for k in over:
            assert days[f"{k}-d"].version == 2
            assert f"{k}-x" not in days
        reached.append(len(over))
    assert reached == sorted(reached), "nothing that was written is ever lost"
    assert len(set(reached)) > 5, "the kills did not fall into the work"
    assert not nursery.run(None, "diary", root, str(rounds))
    assert damage(root) == []
    assert exported(root, tmp_path / "a") == exported(tmp_path / "unkilled", tmp_path / "b")


SLOW_REVISION = f'''
"""Takes its time between statements, so that a kill falls between them."""
import os, time
from alembic import op
import sqlalchemy as sa
revision = "{NEXT}"
down_revision = "{database.HEAD}"

def upgrade():
    for k in range(25):
        op.add_column("runs", sa.Column(f"more_{{k}}", sa.Text))
        op.execute(f"UPDATE runs SET more_{{k}} = run_id")
        op.execute("DELETE FROM settings WHERE name = 'mass_kg'")
        os.write(1, b"a step\\n")
        time.sleep(0.01)
'''


@pytest.mark.parametrize("start", ["blank", "0001", "0002", "0003", "0004"])
def test_a_migration_from_the_start_killed_again_and_again(
    nursery: Nursery, tmp_path: Path, start: str
) -> None:
    """All revisions are one transaction: a kill leaves what was there before."""
    rng = random.Random(10)
    migrations = tmp_path / "migrations"
    shutil.copytree(database.MIGRATIONS, migrations)
    (migrations / "versions" / "newer_slow.py").write_text(SLOW_REVISION)
    root = tmp_path / "lib"
    if start == "blank":
        blank_library(root)
    else:
        old_library(root, history(12), start)
    before = dump(root)
    for _ in range(6):
        assert nursery.run(
            (1 + rng.randrange(24), rng.random() / 100), "migrate", root, str(migrations)
        )
        assert revision(root) == ("0000" if start == "blank" else start)
        assert dump(root) == before
    assert not nursery.run(None, "migrate", root, str(migrations))
    assert revision(root) == NEXT
    if start != "blank":
        copy = root / "copies" / f"library-{start}.sqlite"
        copy.replace(root / "library.sqlite")
        assert dump(root) == before
        with open_library(root) as library:
            assert library.settings() == {"mass_kg": 70}
            assert library.runs().height > 8
            assert {finding.severity for finding in library.check()} <= {"note"}


def test_a_copy_that_a_killed_migration_left_goes_when_the_library_is_opened(
    nursery: Nursery, tmp_path: Path
) -> None:
    root = tmp_path / "lib"
    old_library(root, history(3), "0004")
    before = dump(root)
    for _ in range(3):
        assert nursery.run(None, "open", root, "to die in copying")
        left = list((root / "tmp").glob("*/library.sqlite"))
        assert len(left) == 1, "each removes what the last one left"
        assert revision(root) == "0004"
    with open_library(root) as library:
        assert library.check() == []
    assert list((root / "tmp").iterdir()) == []
    (root / "copies" / "library-0004.sqlite").replace(root / "library.sqlite")
    assert dump(root) == before


def dump(root: Path) -> list[str]:
    """All that the database says, as SQL."""
    with closing(sqlite3.connect(root / "library.sqlite")) as connection:
        return list(connection.iterdump())


def test_a_migration_killed_again_and_again(nursery: Nursery, tmp_path: Path) -> None:
    rng = random.Random(9)
    root, migrations = tmp_path / "lib", tmp_path / "migrations"
    shutil.copytree(database.MIGRATIONS, migrations)
    (migrations / "versions" / "newer_slow.py").write_text(SLOW_REVISION)
    import_all(root, history(20))
    with open_library(root) as library:
        library.set_setting("mass_kg", 70)
        runs = library.runs().height
    before = exported(root, tmp_path / "before")
    for k in range(8):
        assert nursery.run(
            (rng.randrange(26), rng.random() / 100), "migrate", root, str(migrations)
        )
        assert damage(root) == []
        assert exported(root, tmp_path / f"after{k}") == before
    assert not nursery.run(None, "migrate", root, str(migrations))
    assert database.version(root / "library.sqlite") == NEXT
    with closing(sqlite3.connect(root / "library.sqlite")) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
        filled = connection.execute("SELECT count(*) FROM runs WHERE more_24 = run_id").fetchone()
    assert "more_24" in columns
    assert filled == (runs,)
