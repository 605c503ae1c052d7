"""Rows that were inserted while leat was not running; the floor beneath it; and what leat uses when nothing happens."""

import os
import shutil
import time

from .figures import Measurement, Run, ServerCPU
from .leat import LOOK_EVERY
from .processes import wait_until
from .table import ARRIVALS, DATABASE, let_arrive, require_equal


class CatchingUp:
    def __init__(self, bench):
        self.bench = bench
        self.binlogs = []
        self.executed = ""
        self.whole = Measurement("leat, from its start to the checkpoint")
        self.visible = Measurement("leat, from its start to the last row in ClickHouse")
        self.streaming = Measurement("leat, streaming alone")
        self.raw_binlog = Measurement("floor: mysqlbinlog --raw to disk")
        self.native_insert = Measurement("floor: one Native insert")
        self.idle = []

    @property
    def binlog_bytes(self):
        return sum(size for _, size in self.binlogs)

    @property
    def measurements(self):
        all_of_them = (self.whole, self.visible, self.streaming, self.raw_binlog, self.native_insert)
        return [measurement for measurement in all_of_them if measurement.runs]

    def measure(self, *, with_idle):
        bench, leat = self.bench, self.bench.leat
        bench.say("leat takes up the empty table, and stops")
        leat.drop_state()
        with leat.running(ARRIVALS, "first-start") as child:
            leat.wait_until_streaming(ARRIVALS, child)
        leat.keep_state()

        bench.say(f"{bench.rows:,} rows arrive in MySQL")
        first = bench.mysql.begin_binlog()
        let_arrive(bench.mysql, bench.rows)
        self.binlogs = bench.mysql.binlogs(first, bench.mysql.begin_binlog())
        bench.mysql.settle()
        self.executed = bench.mysql.executed_gtids

        for turn in range(1, bench.repetitions + 1):
            bench.say(f"catching up {turn} of {bench.repetitions}: leat")
            if turn > 1:
                leat.restore_state(ARRIVALS)
            self._by_leat(measuring_idle=with_idle and turn == bench.repetitions)
            bench.say(f"catching up {turn} of {bench.repetitions}: mysqlbinlog --raw, one Native insert")
            self._floor()
        if with_idle:
            self._idle_after_start()

    def _by_leat(self, *, measuring_idle):
        bench, leat = self.bench, self.bench.leat
        ended = None

        def has_caught_up():
            nonlocal ended
            # Every row is inserted once, so the raw table's count is right, and costs nothing to ask for.
            if bench.clickhouse.value(f"SELECT count() FROM {DATABASE}_raw.arrivals") < bench.rows:
                return False
            position, saved_at = leat.checkpoint()
            if position != self.executed and not bench.mysql.covers(position, self.executed):
                return False
            ended = saved_at
            return True

        servers = ServerCPU(bench.mysql, bench.clickhouse)
        started = time.time()
        with leat.running(ARRIVALS, "catching-up") as child:
            wait_until(
                has_caught_up, seconds=leat.timeout, what="leat had caught up", alive=[child], every=LOOK_EVERY
            )
            mysql_cpu, clickhouse_cpu = servers.stop()
            run = Run(ended - started, bench.rows, child.cpu_seconds, mysql_cpu, clickhouse_cpu, child.peak_bytes)
            self.whole.runs.append(run)
            require_equal(bench.expected, bench.clickhouse, ARRIVALS)
            first, last = leat.work("stream", ARRIVALS, started)
            self.visible.runs.append(Run(seconds=last - started, rows=bench.rows))
            self.streaming.runs.append(Run(seconds=last - first, rows=bench.rows))
            if measuring_idle:
                bench.say("leat has nothing to do, after catching up")
                self.idle.append(Idle("after catching up", child, bench.idle_seconds))

    def _idle_after_start(self):
        bench = self.bench
        bench.say("leat has nothing to do, after a start")
        with bench.leat.running(ARRIVALS, "idle") as child:
            self.idle.append(Idle("after a start", child, bench.idle_seconds))

    def _floor(self):
        """The least that anybody must do: receive the binlog, and give ClickHouse the rows in the form it likes best."""
        bench = self.bench
        folder = bench.home.folder("raw-binlogs")
        servers = ServerCPU(bench.mysql, bench.clickhouse)
        seconds, cpu, peak = bench.mysql.copy_binlogs([name for name, _ in self.binlogs], folder)
        self.raw_binlog.runs.append(Run(seconds, bench.rows, cpu, servers.stop()[0], None, peak))
        shutil.rmtree(folder)

        dump = bench.home / "arrivals.native"
        if not os.path.exists(dump):
            bench.clickhouse.dump(f"SELECT * FROM {ARRIVALS}", dump)
        bench.clickhouse.execute("DROP DATABASE IF EXISTS floor SYNC")
        bench.clickhouse.execute("CREATE DATABASE floor")
        bench.clickhouse.execute(
            f"CREATE TABLE floor.arrivals ENGINE = MergeTree ORDER BY id EMPTY AS SELECT * FROM {ARRIVALS}"
        )
        servers = ServerCPU(bench.mysql, bench.clickhouse)
        cpu_before = time.process_time()
        started = time.perf_counter()
        bench.clickhouse.insert_native("floor.arrivals", dump)
        self.native_insert.runs.append(
            Run(
                time.perf_counter() - started, bench.rows, time.process_time() - cpu_before, None, servers.stop()[1]
            )
        )
        bench.clickhouse.execute("DROP DATABASE floor SYNC")


class Idle:
    """What a process uses when there is nothing to do: memory at the end of `seconds`, CPU during their second half."""

    def __init__(self, when, child, seconds):
        self.when = when
        time.sleep(seconds / 2)
        before = child.cpu_seconds
        started = time.perf_counter()
        time.sleep(seconds / 2)
        child.require_running()
        after = child.cpu_seconds
        window = time.perf_counter() - started
        self.cpu_per_second = None if after is None else (after - before) / window
        self.resident_bytes = child.resident_bytes

    def as_json(self):
        return {
            "when": self.when,
            "resident_bytes": self.resident_bytes,
            "cpu_seconds_per_second": self.cpu_per_second,
        }
