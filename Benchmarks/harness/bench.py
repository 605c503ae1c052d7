"""What all measurements share: the servers, leat, and how often and on how much."""

from __future__ import annotations

import dataclasses

from .clickhouse import ClickHouse
from .leat import Leat
from .mysql import MySQL
from .places import Home


@dataclasses.dataclass
class Bench:
    home: Home
    mysql: MySQL
    clickhouse: ClickHouse
    leat: Leat
    rows: int
    repetitions: int
    idle_seconds: float
    probes: int
    # Called with a line of text that says what is being done.
    say: object
    # What MySQL says about the table's content; see table.CHECKS.
    expected: list
