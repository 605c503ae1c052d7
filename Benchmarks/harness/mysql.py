"""A MySQL server of our own, and its client programs."""

import os
import secrets
import subprocess

from .errors import BenchmarkError
from .places import find_program
from .processes import Child, run, wait_until

USER = "bench"


class MySQL:
    """One primary: GTIDs, row images and metadata in full, as Leat needs them."""

    def __init__(self, home, port):
        self.home = home
        self.port = port
        self.password = secrets.token_urlsafe(18)
        self._mysqld = find_program("mysqld")
        self._mysql = find_program("mysql")
        self._mysqlbinlog = find_program("mysqlbinlog")
        self.child = None
        self.version = None
        self.client_options = None

    def start(self):
        folder = self.home.folder("mysql")
        data = os.path.join(folder, "data")
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        run(
            [self._mysqld, "--no-defaults", "--initialize-insecure", f"--datadir={data}", "--skip-log-bin"]
            + ["--innodb-buffer-pool-size=64M", "--loose-mysqlx=OFF", "--secure-file-priv=", *as_root],
            log=self.home.log("mysqld"),
            name="the set-up of MySQL's data folder",
        )
        accounts = self.home.write_secret(
            "accounts.sql",
            "SET SESSION sql_log_bin = 0;\n"
            f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n",
        )
        self.client_options = self.home.write_secret(
            "mysql-client.cnf",
            f'[client]\nuser = {USER}\npassword = "{self.password}"\nhost = 127.0.0.1\nport = {self.port}\n'
            # Peers read in the clear, so all do; without encryption the password needs the server's public key.
            "protocol = TCP\nssl-mode = DISABLED\nget-server-public-key\n",
        )
        settings = [
            f"datadir = {data}",
            f"socket = {folder}/s",
            f"pid_file = {folder}/pid",
            f"init_file = {accounts}",
            f"port = {self.port}",
            "bind_address = 127.0.0.1",
            "loose_mysqlx = OFF",
            "skip_name_resolve = ON",
            "secure_file_priv =",
            "character_set_server = utf8mb4",
            "default_time_zone = '+00:00'",
            "server_id = 1",
            "gtid_mode = ON",
            "enforce_gtid_consistency = ON",
            "log_bin = binlog",
            "binlog_row_image = FULL",
            "binlog_row_metadata = FULL",
            # The table stays in memory, so that what is measured is not the disk.
            "innodb_buffer_pool_size = 768M",
            "loose_innodb_redo_log_capacity = 512M",
            "innodb_flush_log_at_trx_commit = 2",
            "sync_binlog = 0",
            "performance_schema = OFF",
            "max_allowed_packet = 256M",
        ]
        if as_root:
            settings.append("user = root")
        options = self.home.write_secret("my.cnf", "[mysqld]\n" + "\n".join(settings) + "\n")
        self.child = Child("mysqld", [self._mysqld, f"--defaults-file={options}"], self.home.log("mysqld"))
        self.version = wait_until(
            self._version, seconds=90, what="mysqld answered", alive=[self.child], every=0.2
        )

    def _version(self):
        answer = self._run_client("SELECT VERSION()")
        return answer.stdout.strip() if answer.returncode == 0 else None

    def _run_client(self, sql):
        return subprocess.run(
            [*self.client(), "--batch", "--raw", "--skip-column-names"],
            input=sql,
            capture_output=True,
            text=True,
            start_new_session=True,
        )

    def client(self):
        """The command of the client program, connected as our user."""
        return [self._mysql, f"--defaults-extra-file={self.client_options}"]

    def query(self, sql):
        """Rows as lists of texts."""
        answer = self._run_client(sql)
        if answer.returncode != 0:
            raise BenchmarkError(f"MySQL refused a statement: {answer.stderr.strip()}", f"see {self.home.log('mysqld')}")
        return [line.split("\t") for line in answer.stdout.splitlines()]

    def value(self, sql):
        return self.query(sql)[0][0]

    @property
    def executed_gtids(self):
        return self.value("SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')")

    def covers(self, position, gtids):
        return self.value(f"SELECT GTID_SUBSET('{gtids}', '{position}')") == "1"

    def read_to_nowhere(self, table):
        """`mysql --quick`: what one connection and MySQL's own client can do."""
        return run(
            [*self.client(), "--quick", "-e", f"SELECT * FROM {table}"], log=self.home.log("mysql"), name="mysql --quick"
        )

    def begin_binlog(self):
        """Begins a new binlog file and returns its name."""
        self.query("FLUSH BINARY LOGS")
        return self.query("SHOW BINARY LOGS")[-1][0]

    def binlogs(self, first, before):
        """Names and bytes of the binlogs from one file up to another, which is not among them."""
        return [(row[0], int(row[1])) for row in self.query("SHOW BINARY LOGS") if first <= row[0] < before]

    def copy_binlogs(self, names, folder):
        """`mysqlbinlog --raw`: what it takes to receive a binlog and do nothing with it."""
        return run(
            [self._mysqlbinlog, f"--defaults-extra-file={self.client_options}", "--read-from-remote-server", "--raw"]
            + [f"--result-file={folder}/", *names],
            log=self.home.log("mysqlbinlog"),
            name="mysqlbinlog",
        )

    def settle(self):
        """Has changed pages written out now, so that this does not happen while something is measured."""
        self.query("SET GLOBAL innodb_max_dirty_pages_pct = 0")
        status = "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'"
        try:
            wait_until(lambda: int(self.query(status)[0][1]) < 100, seconds=60, what="MySQL had written its pages")
        finally:
            self.query("SET GLOBAL innodb_max_dirty_pages_pct = 90")

    def stop(self):
        if self.child is None or self.child.has_ended:
            return
        # A server waits some eight seconds for connections that read its binlog.
        self.child.stop(within=30)
