"""What is given away as a package serves: the sdist has everything, and its wheel has the pages."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

from etalase.platform.db import Database
from tests.make.ports import free_port
from tests.make.waiting import PATIENCE_SECONDS, block_until

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
NEWEST = ("3.15", "3.14", "3.13", "3.12")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(*command: str | Path, **more: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, env=os.environ | more
    )
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from it, as `python -m build` does."""
    folder = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, ROOT)
    return folder


def test_sdist_and_wheel_have_the_pages_and_the_migrations(built: Path) -> None:
    [sdist], [wheel] = built.glob("*.tar.gz"), built.glob("*.whl")
    with tarfile.open(sdist) as archive:
        source = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for name in ("web/static/.vite/manifest.json", "py.typed", "locales/id/orders.po"):
        assert f"src/etalase/{name}" in source
        assert f"etalase/{name}" in packed
    assert "etalase/migrations/shared/pgqueuer_1_6_0.sql" in packed
    pages = {path.relative_to(ROOT / "src") for path in (ROOT / "src/etalase/web/static").rglob("*.*")}
    assert {path.as_posix() for path in pages if (ROOT / "src" / path).is_file()} <= packed
    assert not [name for name in source if re.search(r"node_modules|\.venv|^var/", name)]


def pythons() -> list[str]:
    """Return what runs the tests, and the newest other Python that is here: by version, or by path."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in NEWEST:
        if version == own:
            break
        asked = [str(UV), "python", "find", "--offline", version]
        if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
            return [own, version]
        if kept := sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")):
            return [own, str(kept[-1])]
    return [own]


@pytest.mark.parametrize("version", pythons())
def test_the_wheel_serves_in_a_clean_environment(
    built: Path, version: str, tmp_path: Path, commerce_db: Database, social_db: Database
) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    [wheel] = built.glob("*.whl")
    run(UV, "venv", "--quiet", "--python", version, tmp_path / "venv")
    locked = ROOT / "requirements" / "runtime.lock"
    installed = subprocess.run(
        [
            str(UV),
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            "--require-hashes",
            "-r",
            str(locked),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode and not os.environ.get("CI"):
        pytest.skip(f"no packages for Python {version} here: {installed.stderr[-200:]}")
    assert installed.returncode == 0, installed.stderr
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel)
    said = served(
        python, tmp_path, {"ETALASE_COMMERCE_DSN": commerce_db.dsn, "ETALASE_SOCIAL_DSN": social_db.dsn}
    )
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    shutil.rmtree(tmp_path / "venv")


def served(python: Path, folder: Path, environment: dict[str, str]) -> str:
    """Serve, look at some pages, with and without compression, and end; return what was logged."""
    port = str(free_port())
    environment |= {
        "ETALASE_PORT": port,
        "ETALASE_MEDIA_RTMP_PORT": "0",
        "ETALASE_DATA_DIR": str(folder / "data"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [python, "-I", "-m", "etalase", "serve"],
            env=os.environ | environment,
            cwd=folder,
            stderr=log,
            stdout=log,
        )
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=PATIENCE_SECONDS
            ) as client:
                wait(client, process)
                page = client.get("/")
                assert page.status_code == 200
                for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
                    assert client.get(path).status_code == 200
                    assert client.get(path, headers={"accept-encoding": "identity"}).status_code == 200
                assert client.get("/sign-in").status_code == 200
                client.get("/readyz")
        finally:
            process.terminate()
            process.wait(60)
    return (folder / "log").read_text(encoding="utf-8", errors="replace")


def wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    """Wait until it is ready."""

    def is_ready() -> bool:
        assert process.poll() is None, "it ended"
        try:
            return client.get("/readyz").is_success
        except httpx.TransportError:
            return False

    block_until(is_ready)
