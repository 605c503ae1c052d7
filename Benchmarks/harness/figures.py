"""What one run of something took, and the median of several."""

from __future__ import annotations

import dataclasses
import statistics


@dataclasses.dataclass
class Run:
    seconds: float
    rows: int = 0
    # CPU seconds: of the program that carries the rows, and of the two servers meanwhile.
    client_cpu: float | None = None
    mysql_cpu: float | None = None
    clickhouse_cpu: float | None = None
    peak_bytes: int | None = None

    @property
    def rows_per_second(self):
        return self.rows / self.seconds if self.rows else None


@dataclasses.dataclass
class Measurement:
    name: str
    runs: list = dataclasses.field(default_factory=list)

    @property
    def median(self):
        """Each figure's median by itself; the peak is the highest of all."""

        def of(key):
            values = [getattr(run, key) for run in self.runs if getattr(run, key) is not None]
            return statistics.median(values) if values else None

        peaks = [run.peak_bytes for run in self.runs if run.peak_bytes is not None]
        return Run(
            seconds=of("seconds"),
            rows=self.runs[0].rows,
            client_cpu=of("client_cpu"),
            mysql_cpu=of("mysql_cpu"),
            clickhouse_cpu=of("clickhouse_cpu"),
            peak_bytes=max(peaks, default=None),
        )

    @property
    def spread(self):
        seconds = [run.seconds for run in self.runs]
        return min(seconds), max(seconds)

    def as_json(self):
        median = self.median
        return {
            "name": self.name,
            "median": {**dataclasses.asdict(median), "rows_per_second": median.rows_per_second},
            "runs": [dataclasses.asdict(run) for run in self.runs],
        }


class ServerCPU:
    """CPU seconds that the two servers use between its creation and `stop()`."""

    def __init__(self, mysql, clickhouse):
        self._children = (mysql.child, clickhouse.child)
        self._before = self._now()

    def _now(self):
        return [child.cpu_seconds for child in self._children]

    def stop(self):
        return [
            None if after is None or before is None else after - before
            for before, after in zip(self._before, self._now())
        ]
