"""The figures for people, and as JSON."""

import json
import os
import platform
import time

# The targets are for tables of about this size: below, a run is mostly starting and ending.
ROWS_FOR_TARGETS = 1_000_000
TARGET_SNAPSHOT = 1.0
TARGET_CATCHING_UP = 200_000
TARGET_PEAK_BYTES = 300 << 20
TARGET_IDLE_BYTES = 60 << 20
TARGET_LATENCY_SECONDS = 2.0


class Report:
    def __init__(self, bench):
        self.bench = bench
        self.snapshot = None
        self.catching_up = None
        self.latency = None
        self.load_before = os.getloadavg()[0]
        self.began_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    # Ratios: name, value, unit, target, whether it is met.

    def ratios(self):
        found = []

        def add(name, value, unit, target=None, at_most=False):
            met = None
            if self.latency is None and self.bench.rows < ROWS_FOR_TARGETS:
                target = None
            if target is not None:
                met = value <= target if at_most else value >= target
            found.append({"name": name, "value": value, "unit": unit, "target": target, "at_most": at_most, "met": met})

        peaks = []
        if self.snapshot is not None:
            whole = self.snapshot.whole.median
            theirs = self.snapshot.clickhouse.median
            peaks.append(whole.peak_bytes)
            add("snapshot: leat ÷ mysql(…), in rows/s", theirs.seconds / whole.seconds, "×", TARGET_SNAPSHOT)
            if self.snapshot.copying.runs:
                alone = self.snapshot.copying.median
                add("snapshot: leat copying alone ÷ mysql(…)", theirs.seconds / alone.seconds, "×")
            add("snapshot: leat ÷ mysql --quick", self.snapshot.client.median.seconds / whole.seconds, "×")
        if self.catching_up is not None and self.catching_up.whole.runs:
            whole = self.catching_up.whole.median
            peaks.append(whole.peak_bytes)
            floor = self.catching_up.raw_binlog.median.seconds + self.catching_up.native_insert.median.seconds
            add("catching up: leat", whole.rows_per_second, "rows/s", TARGET_CATCHING_UP)
            add("catching up: leat ÷ floor (mysqlbinlog --raw, then one Native insert)", floor / whole.seconds, "×")
            if self.catching_up.streaming.runs:
                alone = self.catching_up.streaming.median
                add("catching up: leat streaming alone ÷ floor", floor / alone.seconds, "×")
            add("catching up: binlog", self.catching_up.binlog_bytes / whole.seconds / 1e6, "MB/s")
        peaks = [peak for peak in peaks if peak is not None]
        if peaks:
            add("leat's memory at its peak", max(peaks) / (1 << 20), "MiB", TARGET_PEAK_BYTES / (1 << 20), True)
        for idle in self.catching_up.idle if self.catching_up is not None else []:
            if idle.resident_bytes is not None:
                target = TARGET_IDLE_BYTES / (1 << 20)
                add(f"leat's memory, idle {idle.when}", idle.resident_bytes / (1 << 20), "MiB", target, True)
            if idle.cpu_per_second is not None:
                add(f"leat's CPU, idle {idle.when}", idle.cpu_per_second * 100, "% of a core")
        if self.latency is not None:
            add("latency, p50", self.latency.percentile(0.50), "s")
            add("latency, p99", self.latency.percentile(0.99), "s", TARGET_LATENCY_SECONDS, True)
        return found

    # Text

    def text(self):
        bench = self.bench
        lines = [
            f"leat {bench.leat.version}, MySQL {bench.mysql.version}, ClickHouse {bench.clickhouse.version}",
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {bench.rows:,} rows; "
            + ("" if self.latency else f"medians of {bench.repetitions} runs; " if bench.repetitions > 1 else "one run; ")
            + f"tls {bench.leat.tls}, durability {bench.leat.durability}",
            f"load average {self.load_before:.1f} before, {os.getloadavg()[0]:.1f} after",
        ]
        if self.load_before > 0.5 * (os.cpu_count() or 1):
            lines.append("The machine was busy with other work: compare the ratios, not the seconds.")
        table = [["", "seconds", "min … max", "rows/s", "client CPU s", "MySQL CPU s", "ClickHouse CPU s", "peak MiB"]]
        for title, measurements in self._groups():
            table.append([title])
            table += [self._row(measurement) for measurement in measurements]
        if len(table) > 1:
            lines += ["", *_aligned(table)]
        if self.latency is not None:
            lines += [
                "",
                f"Latency from sending an INSERT to the row in the view: {len(self.latency.seconds)} probes, "
                f"{self.latency.rows_per_second:.0f} rows/s of other changes",
            ]
        ratios = []
        for ratio in self.ratios():
            target = ""
            if ratio["target"] is not None:
                target = f"target {'≤' if ratio['at_most'] else '≥'} {_number(ratio['target'])}"
            met = {None: "", True: "met", False: "MISSED"}[ratio["met"]]
            ratios.append([ratio["name"], _number(ratio["value"]), ratio["unit"], target, met])
        lines += ["", *_aligned(ratios, left=(0, 2, 4))]
        return "\n".join(lines)

    def _groups(self):
        if self.snapshot is not None:
            yield f"Snapshot of {self.bench.rows:,} rows", self.snapshot.measurements
        if self.catching_up is not None and self.catching_up.measurements:
            megabytes = self.catching_up.binlog_bytes / 1e6
            title = f"Catching up {self.bench.rows:,} inserted rows, {megabytes:.0f} MB of binlog"
            yield title, self.catching_up.measurements

    @staticmethod
    def _row(measurement):
        median = measurement.median
        low, high = measurement.spread
        cpu = (median.client_cpu, median.mysql_cpu, median.clickhouse_cpu)
        return [
            "  " + measurement.name,
            f"{median.seconds:.2f}",
            f"{low:.2f} … {high:.2f}" if len(measurement.runs) > 1 else "",
            f"{median.rows_per_second:,.0f}",
            *(f"{value:.2f}" if value is not None else "–" for value in cpu),
            f"{median.peak_bytes / (1 << 20):.0f}" if median.peak_bytes is not None else "–",
        ]

    # JSON

    def json(self):
        bench = self.bench
        content = {
            "began_at": self.began_at,
            "leat": bench.leat.version,
            "mysql": bench.mysql.version,
            "clickhouse": bench.clickhouse.version,
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "load_average": {"before": self.load_before, "after": os.getloadavg()[0]},
            "rows": bench.rows,
            "repetitions": bench.repetitions,
            "tls": bench.leat.tls,
            "durability": bench.leat.durability,
            "ratios": self.ratios(),
        }
        if self.snapshot is not None:
            content["snapshot"] = [measurement.as_json() for measurement in self.snapshot.measurements]
        if self.catching_up is not None:
            content["catching_up"] = [measurement.as_json() for measurement in self.catching_up.measurements]
            content["binlog_bytes"] = self.catching_up.binlog_bytes
            content["idle"] = [idle.as_json() for idle in self.catching_up.idle]
        if self.latency is not None:
            content["latency"] = self.latency.as_json()
        return json.dumps(content, indent=2, ensure_ascii=False)


def _number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _aligned(rows, left=(0,)):
    """Columns under each other; a row of one cell is a title and counts for no column's width."""
    widths = [
        max(len(row[index]) for row in rows if len(row) > 1) for index in range(max(len(row) for row in rows))
    ]
    lines = []
    for row in rows:
        if len(row) == 1:
            lines.append(row[0])
            continue
        cells = [
            cell.ljust(width) if index in left else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
