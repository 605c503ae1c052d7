"""A ClickHouse server of our own, spoken to over HTTP."""

import http.client
import json
import secrets
import time
import urllib.parse

from .errors import BenchmarkError
from .places import find_program
from .processes import Child, wait_until

USER = "bench"
MEMORY_BYTES = 2 << 30


class ClickHouse:
    def __init__(self, home, port):
        self.home = home
        self.port = port
        self.password = secrets.token_urlsafe(18)
        self._program = find_program("clickhouse-server")
        self.child = None
        self.version = None
        self._connection = None
        self._used_at = 0.0

    def start(self):
        folder = self.home.folder("clickhouse")
        for name in ["data", "tmp", "user_files", "format_schemas"]:
            self.home.folder("clickhouse/" + name)
        users = self.home.write_secret(
            "clickhouse-users.xml",
            f"""<clickhouse>
    <profiles><default><max_memory_usage>{MEMORY_BYTES // 10 * 8}</max_memory_usage></default></profiles>
    <quotas><default/></quotas>
    <users><{USER}>
        <password>{self.password}</password>
        <networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile>
        <quota>default</quota>
        <access_management>1</access_management>
    </{USER}></users>
</clickhouse>
""",
        )
        configuration = self.home.write_secret(
            "clickhouse.xml",
            f"""<clickhouse>
    <logger><level>warning</level><console>1</console></logger>
    <listen_host>127.0.0.1</listen_host>
    <http_port>{self.port}</http_port>
    <path>{folder}/data/</path>
    <tmp_path>{folder}/tmp/</tmp_path>
    <user_files_path>{folder}/user_files/</user_files_path>
    <format_schema_path>{folder}/format_schemas/</format_schema_path>
    <user_directories><users_xml><path>{users}</path></users_xml></user_directories>
    <default_profile>default</default_profile>
    <default_database>default</default_database>
    <timezone>UTC</timezone>
    <mlock_executable>false</mlock_executable>
    <max_server_memory_usage>{MEMORY_BYTES}</max_server_memory_usage>
    <mark_cache_size>{64 << 20}</mark_cache_size>
    <index_mark_cache_size>{16 << 20}</index_mark_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
    <background_pool_size>4</background_pool_size>
    <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
    <merge_tree>
        <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
        <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
        <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>2</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
    </merge_tree>
    <query_log>
        <database>system</database>
        <table>query_log</table>
        <flush_interval_milliseconds>7500</flush_interval_milliseconds>
    </query_log>
</clickhouse>
""",
        )
        self.child = Child(
            "clickhouse-server",
            [self._program, f"--config-file={configuration}"],
            self.home.log("clickhouse-server"),
            # The watchdog would fork, and the process id would not be the server's.
            {"CLICKHOUSE_WATCHDOG_ENABLE": "0"},
        )
        self.version = wait_until(
            self._version, seconds=90, what="clickhouse-server answered", alive=[self.child], every=0.2
        )

    def _version(self):
        try:
            return self.value("SELECT version()")
        except (OSError, http.client.HTTPException):
            return None

    def _post(self, path, body, headers=None):
        # The server closes a connection that has been idle for ten seconds.
        if self._connection is not None and time.monotonic() - self._used_at > 5:
            self._connection.close()
            self._connection = None
        self._used_at = time.monotonic()
        headers = {"X-ClickHouse-User": USER, "X-ClickHouse-Key": self.password, **(headers or {})}
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600, blocksize=1 << 20)
        try:
            self._connection.request("POST", path, body, headers)
            return self._connection.getresponse()
        except BaseException:
            self._connection.close()
            self._connection = None
            raise

    def _answer(self, path, body, headers=None):
        response = self._post(path, body, headers)
        text = response.read()
        self._used_at = time.monotonic()
        if response.status != 200:
            raise ClickHouseRefusal(text.decode("utf-8", "replace").strip()[:1000])
        return text

    def execute(self, sql):
        self._answer("/", sql.encode())

    def rows(self, sql):
        """Rows as lists of JSON values; 64-bit numbers are numbers."""
        answer = self._answer(
            "/?output_format_json_quote_64bit_integers=0&default_format=JSONCompactEachRow", sql.encode()
        )
        return [json.loads(line) for line in answer.splitlines()]

    def value(self, sql):
        rows = self.rows(sql)
        return rows[0][0] if rows else None

    def value_if_there(self, sql):
        """The same, and None where a table or database does not exist yet."""
        try:
            return self.value(sql)
        except ClickHouseRefusal as error:
            if error.is_about_something_missing:
                return None
            raise

    def dump(self, sql, path):
        """Writes a result in ClickHouse's Native format to a file."""
        response = self._post("/?default_format=Native", sql.encode())
        if response.status != 200:
            raise ClickHouseRefusal(response.read().decode("utf-8", "replace").strip()[:1000])
        with open(path, "wb") as file:
            while block := response.read(1 << 20):
                file.write(block)

    def insert_native(self, table, path):
        """One HTTP insert of a file in Native format."""
        statement = urllib.parse.quote(f"INSERT INTO {table} FORMAT Native")
        with open(path, "rb") as file:
            file.seek(0, 2)
            length = file.tell()
            file.seek(0)
            self._answer(f"/?query={statement}", file, {"Content-Length": str(length)})

    def stop(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self.child is not None:
            self.child.stop(within=30)


class ClickHouseRefusal(BenchmarkError):
    def __init__(self, text):
        super().__init__(f"ClickHouse refused a statement: {text}", "see clickhouse-server.log (keep it with --home)")
        self.text = text

    @property
    def is_about_something_missing(self):
        return any(f"Code: {code}." in self.text for code in (60, 81))
