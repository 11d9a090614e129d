"""How docker-compose.yaml is read where there is no docker engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.native_compose import ComposeError, NativeCompose, interpolate

FILE = """
services:
  web:
    image: app:1
    command: serve --host 0.0.0.0 --key /run/secrets/key ${EXTRA:-}
    environment:
      URL: mysql+pymysql://u:p@mysql:3306/millrace
      BROKER: redis://:p@mysql:6379/0
      API: https://web:8080/execution/
      HOME_FOLDER: /var/lib/app/in
      SETTINGS: /etc/app.ini
    secrets: [key]
    configs: [{source: settings, target: /etc/app.ini}]
    volumes: ["files:/var/lib/app"]
  mysql:
    image: mysql:8
    command: ["echo", "mysql", "$$HOME"]
secrets:
  key: {file: ./keys/key.pem}
configs:
  settings: {content: "port = 1"}
"""


@pytest.fixture
def compose(tmp_path: Path) -> NativeCompose:
    (tmp_path / "compose.yaml").write_text(FILE)
    return NativeCompose(tmp_path / "compose.yaml", tmp_path / "run", {"EXTRA": "--fast"}, Path("/usr/sbin/mysqld"))


def test_names_ports_and_paths_become_those_of_this_machine(compose: NativeCompose) -> None:
    environment, port = compose.environment("web"), compose.ports
    assert environment["URL"] == f"mysql+pymysql://u:p@127.0.0.1:{port[3306]}/millrace"
    assert environment["BROKER"] == f"redis://:p@127.0.0.1:{port[6379]}/0"
    assert environment["API"] == f"https://127.0.0.1:{port[8080]}/execution/"
    assert environment["HOME_FOLDER"] == f"{compose.folder}/data/files/in"
    assert Path(environment["SETTINGS"]).read_text() == "port = 1"


def test_commands_are_taken_word_by_word(compose: NativeCompose) -> None:
    assert compose._command("web", 0) == ["serve", "--host", "127.0.0.1", "--key", str(compose.base / "keys/key.pem"), "--fast"]
    assert compose._command("mysql", 0) == ["echo", "mysql", "$HOME"]


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ("${A:-b}", {}, "b"),
        ("${A:-b}", {"A": ""}, "b"),
        ("${A:-b}", {"A": "c"}, "c"),
        ("${A:?why}", {"A": "c"}, "c"),
        ("${A}", {}, ""),
        ("$${A}", {"A": "c"}, "$${A}"),
    ],
)
def test_interpolation(text: str, settings: dict[str, str], expected: str) -> None:
    assert interpolate(text, settings) == expected


def test_a_missing_secret_stops_with_its_name() -> None:
    with pytest.raises(ComposeError, match="A: why"):
        interpolate("${A:?why}", {"A": ""})
