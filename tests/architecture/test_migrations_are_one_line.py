"""Each plane's migrations are one line: no two follow the same one, and their numbers say their order."""

from collections.abc import Mapping

import pytest
from alembic.script import ScriptDirectory

from etalase.platform.db import Plane
from etalase.platform.provision import PLANES, alembic_config


def out_of_line(follows: Mapping[str, object]) -> list[str]:
    """Say which migrations, in the order of their names, do not follow the one before them."""
    names = sorted(follows)
    before = dict(zip(names, [None, *names], strict=False))
    return [f"{name} follows {follows[name]}" for name in names if follows[name] != before[name]]


@pytest.mark.parametrize("plane", PLANES)
def test_the_migrations_of_a_plane_are_one_line(plane: Plane) -> None:
    scripts = ScriptDirectory.from_config(alembic_config(plane)).walk_revisions("base", "heads")
    follows = {script.revision: script.down_revision for script in scripts}
    assert len(follows) > 1
    assert out_of_line(follows) == []


@pytest.mark.parametrize(
    ("follows", "wrong"),
    [
        ({"1_a": None, "2_b": "1_a", "2_c": "1_a"}, ["2_c follows 1_a"]),
        ({"1_a": None, "2_b": "1_a", "3_c": "1_a"}, ["3_c follows 1_a"]),
        ({"1_a": None, "2_b": "3_c", "3_c": "1_a"}, ["2_b follows 3_c", "3_c follows 1_a"]),
        ({"1_a": None, "2_b": None}, ["2_b follows None"]),
    ],
)
def test_two_heads_are_seen(follows: Mapping[str, object], wrong: list[str]) -> None:
    assert out_of_line(follows) == wrong
