"""The first copy of a table: leat beside ClickHouse's own reader of MySQL and MySQL's own client."""

import time

from . import mysql as mysql_server
from .figures import Measurement, Run, ServerCPU
from .table import ORDERS, require_equal


class Snapshot:
    def __init__(self, bench):
        self.bench = bench
        self.whole = Measurement("leat, from its start to `streaming`")
        self.copying = Measurement("leat, copying alone")
        self.clickhouse = Measurement("ClickHouse: INSERT … SELECT FROM mysql(…)")
        self.client = Measurement("MySQL: mysql --quick to nowhere")

    @property
    def measurements(self):
        all_of_them = (self.whole, self.copying, self.clickhouse, self.client)
        return [measurement for measurement in all_of_them if measurement.runs]

    def measure(self):
        """The peers and leat take turns, so that a machine that gets busier or quieter does the same to all of them."""
        bench = self.bench
        for turn in range(1, bench.repetitions + 1):
            bench.say(f"snapshot {turn} of {bench.repetitions}: mysql(…)")
            self._by_clickhouse()
            bench.say(f"snapshot {turn} of {bench.repetitions}: mysql --quick")
            self._by_client()
            bench.say(f"snapshot {turn} of {bench.repetitions}: leat")
            bench.leat.drop_state()
            self._by_leat()

    def _by_leat(self):
        bench, leat = self.bench, self.bench.leat
        servers = ServerCPU(bench.mysql, bench.clickhouse)
        started = time.time()
        with leat.running(ORDERS, "snapshot") as child:
            ended = leat.wait_until_streaming(ORDERS, child)
            mysql_cpu, clickhouse_cpu = servers.stop()
            self.whole.runs.append(
                Run(ended - started, bench.rows, child.cpu_seconds, mysql_cpu, clickhouse_cpu, child.peak_bytes)
            )
        require_equal(bench.expected, bench.clickhouse, ORDERS)
        first, last = leat.work("range", ORDERS, started)
        self.copying.runs.append(Run(seconds=last - first, rows=bench.rows))

    def _by_clickhouse(self):
        """Into a MergeTree with the column types that ClickHouse itself finds for the table."""
        bench = self.bench
        database, table = ORDERS.split(".")
        source = (
            f"mysql('127.0.0.1:{bench.mysql.port}', '{database}', '{table}', '{mysql_server.USER}', "
            f"'{bench.mysql.password}')"
        )
        bench.clickhouse.execute("DROP DATABASE IF EXISTS peer SYNC")
        bench.clickhouse.execute("CREATE DATABASE peer")
        bench.clickhouse.execute(
            f"CREATE TABLE peer.orders ENGINE = MergeTree ORDER BY id EMPTY AS SELECT * FROM {source}"
        )
        servers = ServerCPU(bench.mysql, bench.clickhouse)
        started = time.perf_counter()
        bench.clickhouse.execute(f"INSERT INTO peer.orders SELECT * FROM {source}")
        seconds = time.perf_counter() - started
        mysql_cpu, clickhouse_cpu = servers.stop()
        bench.clickhouse.execute("DROP DATABASE peer SYNC")
        self.clickhouse.runs.append(Run(seconds, bench.rows, None, mysql_cpu, clickhouse_cpu))

    def _by_client(self):
        bench = self.bench
        servers = ServerCPU(bench.mysql, bench.clickhouse)
        seconds, cpu, peak = bench.mysql.read_to_nowhere(ORDERS)
        self.client.runs.append(Run(seconds, bench.rows, cpu, servers.stop()[0], None, peak))
