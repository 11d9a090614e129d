"""What a person sees while the demo works: numbered stages with their times, and one live line within a stage."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Stages of known number. On a terminal the live line is rewritten in place; elsewhere only lasting lines are printed."""

    def __init__(self, stages: int) -> None:
        self.stages, self.done, self.live = stages, 0, sys.stdout.isatty()
        self.began = time.monotonic()
        self.times: list[tuple[str, float]] = []

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """Say what begins; when it ends, how long it took."""
        self.done += 1
        started = time.monotonic()
        print(f"[{self.done}/{self.stages}] {title}", flush=True)
        yield
        self._erase()
        self.times.append((title, time.monotonic() - started))
        print(f"      done in {self.times[-1][1]:.0f} s", flush=True)

    def say(self, line: str) -> None:
        """A line that stays."""
        self._erase()
        print(f"      {line}", flush=True)

    def show(self, line: str) -> None:
        """What is going on right now, over what went on before; on a terminal only."""
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K      {line}"[: width + 4], end="", flush=True)

    def _erase(self) -> None:
        if self.live:
            print("\r\033[K", end="")
