"""Make this checkout ready to run: virtual environment, locked packages, a database server. Standard library only.

``python3.11 ops/bootstrap.py`` (``make setup``). Safe to repeat: what is there and unchanged is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "millrace.lock"
UV = "uv==0.13.9"
LOCKS = ("requirements.txt", "requirements-dev.txt")

# The core packages bring the server's programs without a system service, so nothing is started or enabled.
DATABASE_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
# For the test that runs docker-compose.yaml without docker. These come with services: see _no_services.
COMPOSE_PACKAGES = ("postgresql", "redis-server", "openssl")
# For the tests that open the desk in a browser, Chinese characters included.
BROWSER_PACKAGES = ("chromium", "chromium-driver", "fonts-noto-cjk")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="ops/bootstrap.py", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--test-servers", action="store_true", help="also Redis and PostgreSQL for the compose test, Chromium for the browser tests"
    )
    options = parser.parse_args(arguments)
    try:
        check_python()
        install_packages()
        find_or_install_database()
        if options.test_servers:
            install_test_servers()
            install_browser()
    except (subprocess.CalledProcessError, RuntimeError, OSError) as error:
        print(f"\nSetup stopped: {error}", file=sys.stderr)
        return 1
    return 0


def say(what: str) -> None:
    """One line about what is being done."""
    print(f"  {what}", flush=True)


def check_python() -> None:
    """Refuse a Python that the lock is not made for."""
    if not (3, 11) <= sys.version_info[:2] < (3, 13):
        raise RuntimeError(f"Python 3.11 or 3.12 is needed, this is {sys.version.split()[0]}. Say which: make setup PYTHON=python3.11")


def lock_digest() -> str:
    """What an up-to-date environment was installed from."""
    digest = hashlib.sha256(f"{UV} {sys.version_info[:2]} {ROOT}".encode())
    for name in LOCKS:
        digest.update((ROOT / name).read_bytes())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    digest.update(repr((project["build-system"], project["project"], project["tool"]["setuptools"])).encode())
    return digest.hexdigest()


def install_packages() -> None:
    """Create .venv and install the lock and this project into it; nothing where both are unchanged."""
    digest = lock_digest()
    if STAMP.exists() and STAMP.read_text() == digest and PYTHON.exists():
        say("Python packages: up to date")
        return
    if not PYTHON.exists():
        say("Creating the virtual environment .venv")
        if subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True).returncode:
            _apt_install([f"python3.{sys.version_info[1]}-venv"], "the module venv")
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    started = time.monotonic()
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    say("Installing the locked Python packages (about 900 MB the first time)")
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        _quietly([PYTHON, "-m", "ensurepip"])
    _quietly([*pip, UV])
    uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    locked = ["-r", ROOT / "requirements.txt", "-r", ROOT / "requirements-dev.txt"]
    ours = ["--no-deps", "-e", ROOT]
    try:
        _quietly([*uv, *locked])
        _quietly([*uv, *ours])
    except RuntimeError as error:
        # uv does not read pip's configuration: behind a mirror that only pip knows, pip still works, more slowly.
        say(f"uv could not install them ({str(error).strip().splitlines()[-1]}); trying pip, which takes some minutes")
        _quietly([*pip, *locked])
        _quietly([*pip, *ours])
    STAMP.write_text(digest)
    say(f"Installed in {time.monotonic() - started:.0f} s")


def find_or_install_database() -> None:
    """Find a MySQL or MariaDB server program; install MariaDB's where there is none. Running instances are not touched."""
    found = _find_server()
    if not found:
        _apt_install(DATABASE_PACKAGES, "a MySQL-family server")
        found = _find_server()
        if not found:
            raise RuntimeError(
                f"{' and '.join(DATABASE_PACKAGES)} are installed, but no mariadbd was found. Set MILLRACE_MYSQLD to its path."
            )
    say(f"Database server: {found} (we run our own instance of it; one that is already running is left alone)")


def install_test_servers() -> None:
    """Redis and PostgreSQL, where they are missing and can be installed; the compose test is skipped without them."""
    there = {
        "postgresql": any(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
        "redis-server": shutil.which("redis-server"),
        "openssl": shutil.which("openssl"),
    }
    missing = [package for package in COMPOSE_PACKAGES if not there[package]]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _apt_install(missing, "servers for the compose test")
    elif missing:
        say(f"The compose test will be skipped: it needs {', '.join(missing)}")


def install_browser() -> None:
    """Chromium and its driver, where they are missing and can be installed; the browser tests are skipped without them."""
    if shutil.which("chromium") and shutil.which("chromedriver"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt_install(BROWSER_PACKAGES, "a browser for the tests")
    else:
        say(f"The browser tests will be skipped: they need {', '.join(BROWSER_PACKAGES)}")


def _find_server() -> str:
    code = "from ops.local_database import find_server; print(find_server() or '')"
    return subprocess.run([PYTHON, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _apt_install(packages: Sequence[str], what: str) -> None:
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise RuntimeError(f"{what} is missing and this system has no apt-get. Install it (on Debian: {names}) and run this again.")
    if os.geteuid() != 0:
        raise RuntimeError(f"{what} is missing and only root can install it. Run: sudo apt-get install --no-install-recommends {names}")
    say(f"Installing {what}: {names} (no service is started)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    with _no_services():
        if subprocess.run(install, env=environment, capture_output=True).returncode:
            _quietly(["apt-get", "update", "-qq"], environment)
            _quietly(install, environment)


@contextmanager
def _no_services() -> Iterator[None]:
    """While a package is installed, Debian's policy hook says no to starting its service; a hook that is there stays."""
    hook = Path("/usr/sbin/policy-rc.d")
    ours = not hook.exists()
    if ours:
        hook.write_text("#!/bin/sh\nexit 101\n")
        hook.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            hook.unlink(missing_ok=True)


def _quietly(command: Sequence[object], environment: dict[str, str] | None = None) -> None:
    """Run ``command``; show what it printed only where it fails."""
    done = subprocess.run([str(part) for part in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(str(part) for part in command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
