"""The most memory that leat has with transactions and states that a program which keeps too much would not survive."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import time

from .errors import BenchmarkError
from .processes import wait_until
from .table import DATABASE

# What leat may have at most, in bytes, whatever is written.
PEAK_MAX = 400 << 20
NUMBERS = 10_000
LOOK_EVERY = 0.5


@dataclasses.dataclass
class Outcome:
    name: str
    # What was done, with its sizes.
    what: str
    # From the start of the transaction, or of leat, until all of it was acknowledged.
    seconds: float
    peak_bytes: int

    @property
    def is_within_target(self):
        return self.peak_bytes < PEAK_MAX


def prepare(mysql):
    """A table of numbers to make rows from, which is not in the binlog."""
    mysql.query(
        # As much as it takes: `SHOW BINLOG EVENTS` reads no event that is larger.
        f"SET GLOBAL max_allowed_packet = {1 << 30};"
        f"CREATE DATABASE {DATABASE}; USE {DATABASE}; SET SESSION sql_log_bin = 0;"
        f"CREATE TABLE {DATABASE}.numbers (n INT PRIMARY KEY); SET SESSION cte_max_recursion_depth = {NUMBERS};"
        f"INSERT INTO {DATABASE}.numbers WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up "
        f"WHERE n < {NUMBERS}) SELECT n FROM up"
    )


class Case:
    """What cases share: a bench, and how to wait for leat."""

    def __init__(self, bench):
        self.bench = bench

    def wait_until_acknowledged(self, child):
        """Until leat's checkpoint covers all that MySQL has executed."""
        bench = self.bench
        executed = bench.mysql.executed_gtids

        def is_acknowledged():
            quarantined = bench.clickhouse.rows(
                "SELECT table, cause FROM leat.tables FINAL WHERE state = 'quarantined'"
            )
            if quarantined:
                raise BenchmarkError(f"leat has quarantined {quarantined}", "this is a bug in leat or the benchmark")
            return bench.mysql.covers(bench.leat.checkpoint()[0], executed)

        wait_until(
            is_acknowledged, seconds=bench.leat.timeout, what="leat had caught up", alive=[child], every=LOOK_EVERY
        )

    def require_equal(self, table, checks, *, at_once=40):
        """Compares sums on both sides, some columns at a time.

        - checks: an expression for MySQL and one for ClickHouse each, which give the same text.
        """
        for first in range(0, len(checks), at_once):
            part = checks[first : first + at_once]
            source = self.bench.mysql.query(f"SELECT {', '.join(check for check, _ in part)} FROM {table}")[0]
            warehouse = self.bench.clickhouse.rows(f"SELECT {', '.join(check for _, check in part)} FROM {table}")[0]
            for (check, _), there, here in zip(part, source, warehouse):
                if there != here:
                    raise BenchmarkError(
                        f"{table} is not the same in MySQL and ClickHouse: {check} is {there} there and {here} here",
                        "this is a bug in leat; leat verify says more",
                    )


class WideTransaction(Case):
    """Rows of 900 nullable columns, nearly all NULL: a bit each in the binlog, and up to nine bytes in memory."""

    COLUMNS = 900
    STATEMENTS = 50
    # Type, value of row `n`, and a sum on both sides.
    KINDS = [
        ("BIGINT", "n * 7919", "SUM({})", "toString(sum({}))"),
        ("INT", "n % 100003", "SUM({})", "toString(sum({}))"),
        ("VARCHAR(8) CHARACTER SET ascii", "CONCAT('v', n % 1000)", "SUM(CRC32({}))", "toString(sum(CRC32({})))"),
        (
            "DATE",
            "DATE_ADD('2020-01-01', INTERVAL n % 2000 DAY)",
            "SUM(TO_DAYS({}) - 719528)",
            "toString(sum(toInt32({})))",
        ),
        ("DOUBLE", "n / 8", "CAST(SUM({} * 8) AS SIGNED)", "toString(toInt64(sum({} * 8)))"),
        ("DECIMAL(12,2)", "n / 100", "SUM({})", "toDecimalString(sum({}), 2)"),
    ]

    def __init__(self, bench, *, is_compressed):
        super().__init__(bench)
        self.is_compressed = is_compressed

    def run(self, *, is_quick):
        bench = self.bench
        rows = 20_000 if is_quick else 500_000
        name = "wide compressed" if self.is_compressed else "wide"
        table = f"{DATABASE}.wide"
        kinds = [(f"c{index}", *self.KINDS[index % len(self.KINDS)]) for index in range(self.COLUMNS)]
        bench.mysql.query(
            f"CREATE TABLE {table} (id BIGINT PRIMARY KEY, " + ", ".join(f"{c} {t} NULL" for c, t, *_ in kinds) + ")"
        )
        statements = [f"USE {DATABASE}"]
        if self.is_compressed:
            statements.append("SET SESSION binlog_transaction_compression = ON")
        statements.append("START TRANSACTION")
        count = rows // self.STATEMENTS
        for index in range(self.STATEMENTS):
            # Each statement fills other columns.
            filled = kinds[index :: self.STATEMENTS]
            statements.append(
                f"INSERT INTO {table} (id, {', '.join(c for c, *_ in filled)}) "
                f"SELECT n, {', '.join(value for _, _, value, *_ in filled)} FROM "
                f"(SELECT {index * count} + n AS n FROM {DATABASE}.numbers WHERE n <= {count}) AS numbers"
            )
        bench.leat.drop_state()
        with bench.leat.running(table, name.replace(" ", "-")) as child:
            bench.leat.wait_until_streaming(table, child)
            first = bench.mysql.begin_binlog()
            started = time.time()
            bench.mysql.query(";\n".join([*statements, "COMMIT"]) + ";\n")
            self.wait_until_acknowledged(child)
            outcome = Outcome(
                name,
                f"{rows:,} rows of {self.COLUMNS} nullable columns, nearly all NULL, in one transaction of "
                f"{sum(size for _, size in bench.mysql.binlogs(first, bench.mysql.begin_binlog())) >> 20} MB",
                time.time() - started,
                child.peak_bytes,
            )
        checks = [("COUNT(*)", "toString(count())"), ("SUM(id)", "toString(sum(id))")]
        for column, _, _, source, warehouse in kinds:
            checks.append((f"COUNT({column})", f"toString(count({column}))"))
            checks.append((source.format(column), warehouse.format(column)))
        self.require_equal(table, checks)
        bench.mysql.query(f"DROP TABLE {table}")
        return outcome


class CompressedTransaction(Case):
    """A transaction that MySQL compresses into one event (`binlog_transaction_compression`)."""

    def __init__(self, bench, name, text, bytes_per_row):
        super().__init__(bench)
        self.name = name
        self.text = text
        self.bytes_per_row = bytes_per_row

    def run(self, *, is_quick):
        bench = self.bench
        rows = (40 if is_quick else 800) * 1_000_000 // self.bytes_per_row
        table = f"{DATABASE}.{self.name.replace(' ', '_')}"
        bench.mysql.query(f"CREATE TABLE {table} (id BIGINT PRIMARY KEY, n INT NULL, t VARCHAR(4000) NOT NULL)")
        statements = [f"USE {DATABASE}", "SET SESSION binlog_transaction_compression = ON", "START TRANSACTION"]
        for first in range(0, rows, NUMBERS):
            statements.append(
                f"INSERT INTO {table} SELECT n, IF(n % 3, n, NULL), {self.text} FROM "
                f"(SELECT {first} + n AS n FROM {DATABASE}.numbers WHERE n <= {min(NUMBERS, rows - first)}) AS numbers"
            )
        bench.leat.drop_state()
        with bench.leat.running(table, self.name.replace(" ", "-")) as child:
            bench.leat.wait_until_streaming(table, child)
            log = bench.mysql.begin_binlog()
            started = time.time()
            bench.mysql.query(";\n".join([*statements, "COMMIT"]) + ";\n")
            self.wait_until_acknowledged(child)
            seconds, peak = time.time() - started, child.peak_bytes
        events = bench.mysql.query(f"SHOW BINLOG EVENTS IN '{log}'")
        payloads = [row[5] for row in events if row[2] == "Transaction_payload"]
        size = sum(size for _, size in bench.mysql.binlogs(log, bench.mysql.begin_binlog()))
        what = f"{rows:,} rows in one transaction, {size / 1e6:.0f} MB in the binlog: "
        what += payloads[0] if payloads else "MySQL did NOT compress it"
        self.require_equal(
            table,
            [
                ("COUNT(*)", "toString(count())"),
                ("SUM(id)", "toString(sum(id))"),
                ("SUM(n)", "toString(sum(n))"),
                ("SUM(CRC32(t))", "toString(sum(CRC32(t)))"),
            ],
        )
        bench.mysql.query(f"DROP TABLE {table}")
        return Outcome(self.name, what, seconds, peak)


class Replay(Case):
    """Batches that were written and not acknowledged, since a range of a copy before them could not be read; leat is
    killed then, more comes, and it has to write all of them again under their numbers."""

    HELD_ROWS = 1_000_000

    def run(self, *, is_quick):
        bench = self.bench
        rows = 100_000 if is_quick else 1_000_000
        rounds = 2 if is_quick else 40
        # Tables are copied one after the other, in the order of their names.
        table, held = f"{DATABASE}.changed", f"{DATABASE}.held"
        bench.mysql.query(
            f"CREATE TABLE {held} (id INT PRIMARY KEY, t CHAR(60) NOT NULL);"
            f"INSERT INTO {held} SELECT a.n + {NUMBERS} * (b.n - 1), SHA2(a.n, 224) FROM {DATABASE}.numbers AS a, "
            f"(SELECT n FROM {DATABASE}.numbers WHERE n <= {self.HELD_ROWS // NUMBERS}) AS b;"
            f"CREATE TABLE {table} (id BIGINT PRIMARY KEY, n INT NOT NULL, a BIGINT NULL, b BIGINT NULL, "
            "c BIGINT NULL, t VARCHAR(100) NOT NULL)"
        )
        bench.leat.drop_state()
        inserts = [
            f"INSERT INTO {table} SELECT n, 0, NULL, n, NULL, LEFT(SHA2(n, 256), 16) FROM "
            f"(SELECT {first} + n AS n FROM {DATABASE}.numbers) AS numbers"
            for first in range(0, rows, NUMBERS)
        ]
        updates = [
            f"UPDATE {table} SET n = n + 1, a = id * n WHERE id > {first} AND id <= {first + NUMBERS}"
            for first in range(0, rows, NUMBERS)
        ]
        log = bench.mysql.begin_binlog()
        tables = [table, held]
        with contextlib.ExitStack() as stack:
            child = stack.enter_context(bench.leat.running(tables, "held", is_killed=True))
            bench.leat.wait_until_streaming(table, child)
            wait_until(
                lambda: bench.clickhouse.value("SELECT count() FROM leat.batches WHERE kind = 'range'"),
                seconds=bench.leat.timeout,
                what="a range was claimed",
                alive=[child],
            )
            stack.enter_context(self._locked(held))
            state = bench.clickhouse.value(f"SELECT state FROM leat.tables FINAL WHERE table = '{held}'")
            if state == "streaming":
                raise BenchmarkError(f"{held} was copied before it was locked", "try again, or raise HELD_ROWS")
            bench.mysql.query(";\n".join(inserts) + ";\n")
            for turn in range(rounds):
                bench.mysql.query(";\n".join(updates) + ";\n")
                bench.say(f"replay: {turn + 1} of {rounds} rounds of updates are written")
            self._wait_until_written(table, rows, rounds, child)
            held_peak = child.peak_bytes
            unacknowledged = self._unacknowledged()
            if unacknowledged < rounds:
                raise BenchmarkError(
                    f"only {unacknowledged} batches were not acknowledged", "this is a bug in the benchmark"
                )
        bench.mysql.query(";\n".join(updates) + ";\n")
        bench.mysql.query(";\n".join(updates) + ";\n")
        started = time.time()
        with bench.leat.running(tables, "replay") as child:
            self.wait_until_acknowledged(child)
            seconds, peak = time.time() - started, child.peak_bytes
        size = sum(size for _, size in bench.mysql.binlogs(log, bench.mysql.begin_binlog()))
        for name, checks in [
            (held, [("COUNT(*)", "toString(count())"), ("SUM(id)", "toString(sum(id))")]),
            (
                table,
                [("COUNT(*)", "toString(count())")]
                + [(f"SUM({c})", f"toString(sum({c}))") for c in ["id", "n", "a", "b"]]
                + [("SUM(CRC32(t))", "toString(sum(CRC32(t)))")],
            ),
        ]:
            self.require_equal(name, checks)
        bench.mysql.query(f"DROP TABLE {held}, {table}")
        changes = rows * (rounds + 1)
        return [
            Outcome(
                "held back",
                f"{changes:,} changes streamed while a range of another table could not be read: "
                f"{unacknowledged:,} batches written and not acknowledged",
                0,
                held_peak,
            ),
            Outcome(
                "replay",
                f"killed, started again: those batches again, and {2 * rows:,} changes more; {size >> 20} MB of binlog",
                seconds,
                peak,
            ),
        ]

    @contextlib.contextmanager
    def _locked(self, table):
        """Nobody reads the table meanwhile."""
        session = subprocess.Popen(
            [*self.bench.mysql.client(), "--batch", "--unbuffered", "--skip-column-names"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            session.stdin.write(f"LOCK TABLES {table} WRITE; SELECT 'locked';\n")
            session.stdin.flush()
            if session.stdout.readline().strip() != "locked":
                raise BenchmarkError(f"{table} cannot be locked", "see mysqld.log (keep it with --home)")
            yield
        finally:
            session.kill()
            session.wait()

    def _wait_until_written(self, table, rows, rounds, child):
        """Until leat has written every change, as far as it will: it may hold back what it cannot acknowledge."""
        bench = self.bench
        raw = table.replace(f"{DATABASE}.", f"{DATABASE}_raw.")
        seen = [0, time.monotonic()]

        def is_written():
            # Merges may take rows away, so the newest value says how far it has come.
            found = bench.clickhouse.value(f"SELECT sum(n) FROM {table}")
            if found != seen[0]:
                seen[:] = [found, time.monotonic()]
            elif time.monotonic() - seen[1] > 30:
                bench.say(f"replay: leat holds back: {found:,} of {rows * rounds:,}")
                return True
            return found == rows * rounds

        wait_until(is_written, seconds=bench.leat.timeout, what=f"leat had written {raw}", alive=[child], every=2)

    def _unacknowledged(self):
        return self.bench.clickhouse.value(
            "SELECT count() FROM leat.batches WHERE kind = 'stream' AND number > "
            "(SELECT max(acknowledged) FROM leat.checkpoints)"
        )


def cases(bench):
    # The second is hexadecimal digits of hashes, of which zstd saves a half.
    hashes = ", ".join(f"SHA2(CONCAT(n, '-', {index}), 256)" for index in range(30))
    return {
        "wide": lambda: WideTransaction(bench, is_compressed=False),
        "wide-compressed": lambda: WideTransaction(bench, is_compressed=True),
        "compressed": lambda: CompressedTransaction(bench, "compressed", "REPEAT(SHA2(n, 256), 30)", 2_000),
        "dense": lambda: CompressedTransaction(bench, "compressed dense", f"CONCAT({hashes})", 2_000),
        "replay": lambda: Replay(bench),
    }
