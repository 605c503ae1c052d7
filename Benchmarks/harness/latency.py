"""How long a row takes from MySQL to a query in ClickHouse, while other rows come in."""

import random
import subprocess
import threading
import time

from .errors import BenchmarkError
from .processes import wait_until
from .table import ORDERS, ROW

ROWS_PER_SECOND = 500
TRANSACTIONS_PER_SECOND = 50
PROBES_FROM = 10**12


class Latency:
    """Seconds from sending an INSERT to the row in the view. The commit lies in between, so this is never too good."""

    def __init__(self, seconds, rows_per_second):
        self.seconds = sorted(seconds)
        self.rows_per_second = rows_per_second

    def percentile(self, part):
        # The nearest rank: a value that was measured.
        return self.seconds[min(len(self.seconds) - 1, max(0, -int(-part * len(self.seconds) // 1) - 1))]

    def as_json(self):
        return {
            "probes": len(self.seconds),
            "load_rows_per_second": self.rows_per_second,
            "p50_seconds": self.percentile(0.50),
            "p99_seconds": self.percentile(0.99),
            "max_seconds": self.seconds[-1],
        }


def measure(bench):
    leat = bench.leat
    leat.drop_state()
    bench.say("leat copies the table")
    with leat.running(ORDERS, "latency") as child:
        leat.wait_until_streaming(ORDERS, child)
        bench.say(f"{bench.probes} probes while {ROWS_PER_SECOND} rows a second change")
        with Writer(bench) as writer, Session(bench.mysql) as session:
            found = []
            chance = random.Random(1)
            for number in range(bench.probes):
                # Out of step with the batches, which are cut by the clock.
                time.sleep(chance.uniform(0, 0.5))
                found.append(_probe(bench, session, PROBES_FROM + number, child))
                writer.require_running()
        return Latency(found, writer.rows_per_second)


def _probe(bench, session, key, child):
    row = ROW.replace("n,", f"{key},", 1)
    started = time.perf_counter()
    session.execute(f"INSERT INTO {ORDERS} SELECT {row} FROM (SELECT {key % 1000} AS n) AS one")
    wait_until(
        lambda: bench.clickhouse.value(f"SELECT count() FROM {ORDERS} WHERE id = {key}") == 1,
        seconds=60,
        what="a row was visible",
        alive=[child],
        every=0.005,
    )
    return time.perf_counter() - started


class Session:
    """One connection of MySQL's client, kept open; a statement is done when its answer is there."""

    def __init__(self, mysql):
        self._process = subprocess.Popen(
            [*mysql.client(), "--batch", "--raw", "--skip-column-names", "--unbuffered"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def send(self, statements):
        try:
            self._process.stdin.write(statements + ";\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def execute(self, statement):
        self.send(statement + ";\nSELECT 'done'")
        if self._process.stdout.readline().strip() != "done":
            raise self._failure()

    def _failure(self):
        return BenchmarkError(
            f"MySQL's client ended: {self._process.stderr.read().strip()[:500]}", "see mysqld.log (keep it with --home)"
        )


class Writer:
    """Inserts, updates and deletes in a thread of its own, about 55, 38 and 7 of a hundred."""

    def __init__(self, bench):
        self._bench = bench
        self._stop = threading.Event()
        self._failure = None
        self._rows = 0
        self._seconds = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    @property
    def rows_per_second(self):
        return self._rows / self._seconds if self._seconds else 0

    def require_running(self):
        if self._failure is not None:
            raise self._failure

    def _run(self):
        try:
            with Session(self._bench.mysql) as session:
                self._write(session)
        except BenchmarkError as error:
            self._failure = error

    def _write(self, session):
        chance = random.Random(2)
        rows_each = ROWS_PER_SECOND // TRANSACTIONS_PER_SECOND
        next_key = 10 * self._bench.rows
        next_gone = 1
        owed = 0.0
        started = time.perf_counter()
        ticks = 0
        while not self._stop.is_set():
            owed += rows_each * 0.07
            deletes = int(owed)
            owed -= deletes
            inserts = round(rows_each * 0.55)
            updates = rows_each - inserts - deletes
            numbers = " UNION ALL ".join(f"SELECT {next_key + index} AS n" for index in range(inserts))
            changed = ", ".join(str(chance.randint(1, self._bench.rows)) for _ in range(updates))
            statements = [
                "BEGIN",
                f"INSERT INTO {ORDERS} SELECT {ROW} FROM ({numbers}) AS numbers",
                f"UPDATE {ORDERS} SET status = 1 + status % 6, updated_at = NOW(3) WHERE id IN ({changed})",
            ]
            if deletes:
                statements.append(f"DELETE FROM {ORDERS} WHERE id BETWEEN {next_gone} AND {next_gone + deletes - 1}")
            statements.append("COMMIT")
            # Waits for the answer, so that what is counted was committed.
            session.execute(";\n".join(statements))
            next_key += inserts
            next_gone += deletes
            self._rows += rows_each
            ticks += 1
            self._seconds = time.perf_counter() - started
            self._stop.wait(max(0.0, ticks / TRANSACTIONS_PER_SECOND - self._seconds))
