"""Whatever an operator gives the command line, it answers in plain words and never with a traceback."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from etalase.cli import main
from etalase.platform.connections import raise_open_files
from etalase.platform.db import Database
from tests.make.log_files import as_before

CLOSED = "postgresql://nobody@127.0.0.1:1/nothing"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - for a moment
COMMANDS = {
    "serve": ["serve"],
    "audit": ["audit"],
    "doctor": ["doctor"],
    "migrate": ["db", "migrate"],
    "dead-letters": ["dead-letters"],
    "retry": ["dead-letters", "--retry"],
    "dropped": ["dead-letters", "--dropped"],
    "drop": ["dead-letters", "--drop", "commerce-event-1", "--reason", "nobody needs it"],
}
WRONG: dict[str, tuple[Mapping[str, str], str | bytes | None, str]] = {
    # what is wrong: the environment, etalase.toml, and what must be said of it
    "no server": (
        {"ETALASE_SOCIAL_DSN": CLOSED, "ETALASE_COMMERCE_DSN": CLOSED},
        None,
        "_DSN: no server can be",
    ),
    "no address": (
        {"ETALASE_COMMERCE_DSN": "sqlite:///x.db", "ETALASE_SOCIAL_DSN": CLOSED},
        None,
        "postgresql://",
    ),
    "a word for a number": (
        {"ETALASE_PORT": "many"},
        None,
        "ETALASE_PORT must be a whole number, not 'many'",
    ),
    "a word in the file": ({}, 'port = "many"\n', "etalase.toml: port must be a whole number, not 'many'"),
    "a word in a table": (
        {},
        '[mail]\nport = "x"\n',
        "etalase.toml: [mail] port must be a whole number, not 'x'",
    ),
    "a list for a text": ({}, "host = [1]\n", "etalase.toml: host must be text"),
    "a choice that is none": (
        {},
        'plane = "both planes"\n',
        "etalase.toml: plane must be one of both, social",
    ),
    "a port that is none": ({}, "port = 99999\n", "etalase.toml: port"),
    "a number for a table": ({}, "mail = 3\n", "etalase.toml: mail is a table: write [mail]"),
    "no TOML": ({}, "port = = 3\n", "etalase.toml"),
    "no text": ({}, b"\xff\xfe\x00", "etalase.toml"),
    "a deep file": ({}, "x = " + "[" * 5000 + "]" * 5000, "etalase.toml"),
    "a folder that is a file": ({"ETALASE_DATA_DIR": "etalase.toml"}, "", "etalase.toml"),
    "an unknown rulebook": ({"ETALASE_RULEBOOK": "nowhere"}, None, "ETALASE_RULEBOOK"),
}
QUIET = {"an unknown rulebook": {"audit", "doctor", "migrate", "dead-letters", "retry", "dropped", "drop"}}
"""Commands that need no rulebook."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> "type[Run]":
    for name in [name for name in os.environ if name.startswith("ETALASE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    monkeypatch.setenv("ETALASE_MEDIA_RTMP_PORT", "0")
    Run.tools = (monkeypatch, capfd)
    return Run


class Run:
    """One call of the command line: its exit status and all that it said."""

    tools: tuple[pytest.MonkeyPatch, pytest.CaptureFixture[str]]

    def __init__(self, arguments: list[str], **environment: str) -> None:
        monkeypatch, capfd = self.tools
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with as_before(), pytest.raises(SystemExit) as ended:
            main(arguments)
        self.status = ended.value.code or 0
        message = capfd.readouterr()
        self.said = message.out + message.err
        assert "Traceback" not in self.said
        assert 'File "' not in self.said


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_wrong_is_told_in_plain_words(
    run: type[Run], command: str, wrong: str, tmp_path: Path
) -> None:
    environment, file, message = WRONG[wrong]
    if command in QUIET.get(wrong, ()):
        pytest.skip("this command needs none of it")
    if file is not None:
        (tmp_path / "etalase.toml").write_bytes(file if isinstance(file, bytes) else file.encode())
    done = run(COMMANDS[command], **environment)
    assert done.status in {1, 2} if command == "doctor" else done.status == 2
    assert message in done.said
    assert len(done.said.splitlines()) < 30


@pytest.mark.parametrize("plane", ["social", "commerce"])
@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in {"serve", "drop"}])
def test_each_command_works_on_one_plane(
    run: type[Run], command: str, plane: str, commerce_db: Database, social_db: Database, tmp_path: Path
) -> None:
    dsn = (social_db if plane == "social" else commerce_db).dsn
    done = run(
        COMMANDS[command],
        ETALASE_PLANE=plane,
        ETALASE_SOCIAL_URL="http://127.0.0.1:1",
        ETALASE_COMMERCE_URL="http://127.0.0.1:2",
        ETALASE_PORT="0",
        **{f"ETALASE_{plane.upper()}_DSN": dsn},
    )
    assert done.status == 0, done.said
    if command == "audit":
        assert ("ok   stock and holds" in done.said) == (plane == "commerce")
        assert "ok   dead letters" in done.said
    if command == "doctor":
        assert f" {raise_open_files()} sockets and files may be open" in done.said


@pytest.mark.parametrize(
    "arguments",
    [
        ["dead-letters", "--drop", "7", "--reason", "x"],
        ["dead-letters", "--drop", "commerce-event-" + "9" * 40, "--reason", "x"],
        ["dead-letters", "--drop", "commerce-event-7"],
        ["dead-letters", "--drop", "commerce-event-7", "--reason", "  "],
        ["rulebook", "show", "../../etc/passwd"],
        ["rulebook", "show", "\x00"],
        ["db", "new", "--plane", "commerce", "--name", "../x"],
        ["serve", "--rulebook", "nowhere"],
        ["serve", "--port", "70000"],
        ["serve", "--host", "no such host", "--port", "0"],
        ["demo", "--viewers", "11"],
        ["nonsense"],
    ],
)
def test_wrong_arguments_are_told_in_plain_words(run: type[Run], arguments: list[str]) -> None:
    done = run(arguments, ETALASE_SOCIAL_DSN=CLOSED, ETALASE_COMMERCE_DSN=CLOSED)
    assert done.status == 2, done.said


def test_a_letter_that_is_not_there_is_told(
    run: type[Run], commerce_db: Database, social_db: Database
) -> None:
    done = run(COMMANDS["drop"], ETALASE_COMMERCE_DSN=commerce_db.dsn, ETALASE_SOCIAL_DSN=social_db.dsn)
    assert done.status == 2
    assert "there is no commerce-event-1 here" in done.said


@pytest.mark.parametrize("address", ["127.0.0.1", EVERYWHERE])
def test_the_doctor_sees_that_a_port_is_taken(
    run: type[Run], address: str, commerce_db: Database, social_db: Database
) -> None:
    with socket.create_server((address, 0)) as other:
        port = str(other.getsockname()[1])
        done = run(
            ["doctor"],
            ETALASE_PORT=port,
            ETALASE_HOST=EVERYWHERE if address == "127.0.0.1" else "127.0.0.1",
            ETALASE_COMMERCE_DSN=commerce_db.dsn,
            ETALASE_SOCIAL_DSN=social_db.dsn,
        )
    assert done.status == 1
    assert f"BAD  port {port} is free" in done.said
