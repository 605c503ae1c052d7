"""leat as a process of its own, and what its state in ClickHouse says."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

from . import clickhouse as clickhouse_server
from . import mysql as mysql_server
from .errors import BenchmarkError
from .places import free_ports
from .processes import Child, wait_until
from .table import DATABASE

PIPELINE = "bench"
# Looking costs ClickHouse some milliseconds, so it is done seldom; the times come from what is written there.
LOOK_EVERY = 0.25


class Leat:
    def __init__(self, home, binary, mysql, clickhouse, *, tls, durability, timeout, perf_folder=None):
        self.home = home
        self.binary = binary
        self.mysql = mysql
        self.clickhouse = clickhouse
        self.tls = tls
        self.durability = durability
        self.timeout = timeout
        self.perf_folder = perf_folder
        self._runs = 0
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise BenchmarkError(f"{binary} does not run: {answer.stderr.strip()[:300]}", "make build")
        self.version = answer.stdout.strip()
        home.write_secret("mysql-password", mysql.password)
        home.write_secret("clickhouse-password", clickhouse.password)

    def _configuration(self, tables):
        patterns = ", ".join(f'"{table}"' for table in tables)
        return self.home.write_secret(
            tables[0] + ".yaml",
            f"""sources:
  {PIPELINE}:
    mysql:
      hosts: [127.0.0.1:{self.mysql.port}]
      user: {mysql_server.USER}
      password-file: mysql-password
      tls: {self.tls}
      tables: [{patterns}]
warehouse:
  clickhouse:
    url: http://127.0.0.1:{self.clickhouse.port}
    user: {clickhouse_server.USER}
    password-file: clickhouse-password
    durability: {self.durability}
console: {{listen: 127.0.0.1:{free_ports(1)[0]}}}
""",
        )

    @contextlib.contextmanager
    def running(self, tables, purpose, *, is_killed=False):
        """`leat run` with defaults for one table, or a list of them; ends cleanly with the block, or is killed there."""
        self._runs += 1
        configuration = self._configuration([tables] if isinstance(tables, str) else tables)
        command = [self.binary, "run", "--config", configuration]
        if self.perf_folder is not None:
            # Held until perf watches: of a process that runs already, it may miss a thread.
            command = ["/bin/sh", "-c", 'kill -STOP $$; exec "$0" "$@"', *command]
        child = Child("leat", command, self.home.log(f"leat-{self._runs:02}-{purpose}"))
        try:
            with self._profile(child, purpose):
                yield child
                child.require_running()
        except BaseException:
            child.kill()
            raise
        if is_killed:
            child.kill()
        elif not child.stop(within=30):
            raise BenchmarkError(
                f"leat did not end cleanly on SIGTERM; the end of its log:\n{child.tail()}",
                f"see {child.log} (keep it with --home)",
            )

    @contextlib.contextmanager
    def _profile(self, child, purpose):
        if self.perf_folder is None:
            yield
            return
        perf = shutil.which("perf")
        if perf is None:
            raise BenchmarkError("perf is missing", "install linux-perf, or leave --perf out")
        os.makedirs(self.perf_folder, exist_ok=True)
        data = os.path.join(self.perf_folder, f"{self._runs:02}-{purpose}.data")
        # The software clock: virtual machines have no counters.
        recorder = Child(
            "perf",
            [perf, "record", "-e", "cpu-clock", "-F", "1997", "-g", "-o", data, "-p", str(child.pid)],
            self.home.log("perf"),
        )
        try:
            # perf does not say when it has begun.
            time.sleep(1)
            recorder.require_running()
            os.kill(child.pid, signal.SIGCONT)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(recorder.pid, signal.SIGINT)
            wait_until(lambda: recorder.has_ended, seconds=60, what="perf ended")

    # Its state in ClickHouse.

    def drop_state(self):
        for database in ["leat", DATABASE, DATABASE + "_raw"]:
            self.clickhouse.execute(f"DROP DATABASE IF EXISTS {database} SYNC")

    def wait_until_streaming(self, table, child):
        """Returns the time (seconds since 1970) at which the table became so: ClickHouse's clock is this machine's."""
        statement = f"SELECT state FROM leat.tables FINAL WHERE table = '{table}' AND pipeline = '{PIPELINE}'"

        def is_streaming():
            state = self.clickhouse.value_if_there(statement)
            if state == "quarantined":
                cause = self.clickhouse.value(f"SELECT cause FROM leat.tables FINAL WHERE table = '{table}'")
                raise BenchmarkError(f"leat has quarantined {table}: {cause}", "this is a bug in leat or the benchmark")
            return state == "streaming"

        wait_until(is_streaming, seconds=self.timeout, what=f"{table} was streaming", alive=[child], every=LOOK_EVERY)
        return self.clickhouse.value(
            f"SELECT toUnixTimestamp64Micro(max(at)) / 1e6 FROM leat.tables FINAL WHERE table = '{table}'"
        )

    def checkpoint(self):
        """Its position, and when it was saved (seconds since 1970)."""
        return self.clickhouse.rows(
            f"SELECT position, toUnixTimestamp64Micro(at) / 1e6 FROM leat.checkpoints FINAL "
            f"WHERE pipeline = '{PIPELINE}'"
        )[0]

    def keep_state(self):
        """Notes the pipeline's state, so that restore_state() can send it back to the same place in the binlog."""
        self.clickhouse.execute("DROP DATABASE IF EXISTS kept SYNC")
        self.clickhouse.execute("CREATE DATABASE kept")
        for table in ["batches", "checkpoints", "tables"]:
            self.clickhouse.execute(
                f"CREATE TABLE kept.{table} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM leat.{table}"
            )

    def restore_state(self, table):
        name = table.removeprefix(DATABASE + ".")
        self.clickhouse.execute(f"TRUNCATE TABLE {DATABASE}_raw.{name}")
        for state in ["batches", "checkpoints", "tables"]:
            self.clickhouse.execute(f"TRUNCATE TABLE leat.{state}")
            self.clickhouse.execute(
                f"INSERT INTO leat.{state} SELECT * FROM kept.{state} SETTINGS insert_deduplicate = 0"
            )

    def work(self, kind, table, since):
        """When the first batch of that kind was claimed and when the last insert of rows ended (seconds since 1970):
        a run without connecting, checking, creating tables and noticing the end.

        - since: when the run began.
        """
        self.clickhouse.execute("SYSTEM FLUSH LOGS query_log")
        first = self.clickhouse.value(
            f"SELECT toUnixTimestamp64Micro(min(at)) / 1e6 FROM leat.batches WHERE kind = '{kind}' AND "
            f"toUnixTimestamp64Micro(at) / 1e6 >= {since:.6f}"
        )
        raw = table.replace(DATABASE + ".", DATABASE + "_raw.")
        last = self.clickhouse.value(
            "SELECT toUnixTimestamp64Micro(max(event_time_microseconds)) / 1e6 FROM system.query_log WHERE "
            f"type = 'QueryFinish' AND query_kind = 'Insert' AND has(tables, '{raw}') AND query NOT LIKE '%SELECT%' "
            f"AND toUnixTimestamp64Micro(event_time_microseconds) / 1e6 >= {since:.6f}"
        )
        if last <= first:
            raise BenchmarkError(f"ClickHouse's log shows no insert into {raw}", "this is a bug in the benchmark")
        return first, last
