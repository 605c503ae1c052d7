"""The tables of the soak, what is written to them, and what is planted in ClickHouse."""

import collections
import random

# The tables. Each row has a number; in the expressions, which MySQL evaluates, {i} stands for it.

Table = collections.namedtuple("Table", "name columns key values update")
TABLES = [
    Table(
        "orders",
        "id BIGINT UNSIGNED PRIMARY KEY, status ENUM('placed', 'paid', 'sent', 'zurück'), amount DECIMAL(12,2) NOT NULL, "
        "is_gift BOOLEAN, note TEXT, updated_at DATETIME(6) NOT NULL",
        {"id": "{i}"},
        "1 + {i} % 4, {i} / 7, {i} % 5 = 0, IF({i} % 3 = 0, NULL, REPEAT('n', {i} % 50)), "
        "'2026-01-01 00:00:00.000001' + INTERVAL {i} SECOND",
        "amount = amount + 1, status = 1 + (status + 0) % 4, updated_at = NOW(6)",
    ),
    Table(
        "customers",
        "id BIGINT PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(120), profile JSON, visits INT NOT NULL, "
        "created_at TIMESTAMP(3) NOT NULL",
        {"id": "{i} * 3 - 1000"},
        "CONCAT('Zoë Ångström 🐟 ', {i}), IF({i} % 4 = 0, NULL, CONCAT('z', {i}, '@example.org')), "
        "JSON_OBJECT('n', {i}, 'tags', JSON_ARRAY('a', {i} % 7, NULL)), 0, '2026-01-01 00:00:00.123' + INTERVAL {i} SECOND",
        "visits = visits + 1, profile = JSON_SET(profile, '$.v', visits)",
    ),
    Table(
        "entries",
        "account INT UNSIGNED, line SMALLINT, value DECIMAL(18,4) NOT NULL, booked DATE NOT NULL, is_open BOOLEAN NOT NULL, "
        "PRIMARY KEY (account, line)",
        {"account": "{i} DIV 100", "line": "{i} % 100 - 50"},
        "{i} * 1.0001, DATE '2026-01-01' + INTERVAL {i} % 1000 DAY, {i} % 2",
        "value = value + 0.0001, is_open = NOT is_open",
    ),
    Table(
        "codes",
        "code VARCHAR(40) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, v INT NOT NULL, d DOUBLE NOT NULL, text VARCHAR(200)",
        {"code": "CONCAT('Código-', {i})"},
        "{i}, {i} / 3e0, IF({i} % 5 = 0, NULL, REPEAT('ü', {i} % 20))",
        "v = v + 1, d = v / 7e0",
    ),
    Table(
        "tokens",
        "token VARBINARY(16) PRIMARY KEY, payload VARBINARY(200), uses BIGINT UNSIGNED NOT NULL, expires DATETIME NOT NULL",
        {"token": "UNHEX(LPAD(HEX({i} * 7919), 16, '0'))"},
        "UNHEX(REPEAT(LPAD(HEX({i} % 256), 2, '0'), {i} % 30)), 18446744073709000000 + {i} % 1000, "
        "'2026-01-01' + INTERVAL {i} MINUTE",
        "uses = uses + 1",
    ),
    Table(
        "events",
        "at DATETIME(6), n INT, kind ENUM('open', 'close', 'click') NOT NULL, body JSON, PRIMARY KEY (at, n)",
        {"at": "'2026-01-01 00:00:00.5' + INTERVAL {i} DIV 10 SECOND", "n": "{i}"},
        "1 + {i} % 3, JSON_ARRAY({i}, {i} / 9, 'ß', TRUE)",
        "kind = 1 + (kind + 0) % 3, body = JSON_ARRAY_APPEND(JSON_ARRAY(n), '$', RAND(n))",
    ),
    Table(
        "prices",
        "sku INT, currency CHAR(3), price DECIMAL(20,6) NOT NULL, ratio DOUBLE, is_valid BOOLEAN NOT NULL, "
        "PRIMARY KEY (sku, currency)",
        {"sku": "{i} DIV 2", "currency": "IF({i} % 2 = 0, 'EUR', 'USD')"},
        "{i} / 11, IF({i} % 6 = 0, NULL, {i} / 11e0), TRUE",
        "price = price * 1.000001 + 0.000001, is_valid = NOT is_valid",
    ),
    Table(
        "sessions",
        "id INT UNSIGNED PRIMARY KEY, customer BIGINT NOT NULL, agent VARCHAR(255) NOT NULL, state BLOB, hits INT NOT NULL, "
        "seen_at TIMESTAMP(3) NOT NULL",
        {"id": "{i}"},
        "{i} * 3 - 1000, CONCAT('Agent/', {i} % 9), IF({i} % 3 = 0, NULL, UNHEX(LPAD(HEX({i}), 40, '0'))), 0, "
        "'2026-01-01 00:00:00.250' + INTERVAL {i} SECOND",
        "hits = hits + 1, seen_at = NOW(3)",
    ),
    Table(
        "samples",
        "id BIGINT UNSIGNED PRIMARY KEY, a DOUBLE NOT NULL, b FLOAT, c SMALLINT UNSIGNED NOT NULL, took TIME(3)",
        {"id": "18446744000000000000 + {i}"},
        "{i} / 3e0, IF({i} % 8 = 0, NULL, {i} / 5e0), {i} % 65536, SEC_TO_TIME({i} % 100000 / 8)",
        "a = a * 1.0000001e0, c = (c + 1) % 65536",
    ),
    Table(
        "documents",
        "id INT PRIMARY KEY, title VARCHAR(100) NOT NULL, body MEDIUMTEXT, tags SET('a', 'b', 'c') NOT NULL, flags BIT(8), "
        "written YEAR NOT NULL, version INT NOT NULL",
        {"id": "{i}"},
        "CONCAT('Title ', {i}), IF({i} % 10 = 0, REPEAT('body ', {i} % 100), NULL), {i} % 8, {i} % 256, 2000 + {i} % 100, 1",
        "version = version + 1, flags = version % 256",
    ),
]  # fmt: skip


class Fault:
    """What is planted in a table's row, and what of it must be recorded: key, and column and kind of each difference."""

    def __init__(self, kind, table, number, key, columns, statement):
        self.kind, self.table, self.number, self.key, self.statement = kind, table, number, key, statement
        self.expected = {(f"soak.{table}", key, column, kind) for column in columns}
        self.planted, self.found = None, None


def faults(rows):
    """One of each kind, in six tables; `rows` is the number of rows of each."""
    now = "SETTINGS mutations_sync = 2"
    missing, extra, stale, value, double, foreign = (rows * part // 100 + 1 for part in (33, 60, 71, 24, 85, 47))
    view = "SELECT * FROM ({view}) WHERE account = %d AND line = %d" % (double // 100, double % 100 - 50)
    seconds = missing // 10
    at = f"2026-01-{1 + seconds // 86_400:02} {seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.500000"
    return [
        Fault("missing", "events", missing, f"{at},{missing}", [None],
              f"ALTER TABLE soak_raw.events DELETE WHERE n = {missing} {now}"),
        # A key that the source never has, between those that it has, under a version that a batch of the table has.
        Fault("extra", "customers", extra, f"{extra * 3 - 999}", [None],
              f"INSERT INTO soak_raw.customers SELECT * REPLACE (id + 1 AS id) FROM soak_raw.customers FINAL "
              f"WHERE id = {extra * 3 - 1000}"),
        Fault("stale", "sessions", stale, f"{stale}", ["agent", "seen_at"],
              f"ALTER TABLE soak_raw.sessions UPDATE agent = 'old', seen_at = seen_at - 60 WHERE id = {stale} {now}"),
        Fault("value", "codes", value, f"Código-{value}", ["d"],
              f"ALTER TABLE soak_raw.codes UPDATE d = d * (1 + 1e-15) WHERE code = 'Código-{value}' {now}"),
        Fault("duplicate", "entries", double, f"{double // 100},{double % 100 - 50}", [None],
              f"CREATE OR REPLACE VIEW soak.entries AS {{view}} UNION ALL {view}"),
        Fault("foreign", "documents", foreign, f"{foreign}", ["title"],
              "INSERT INTO soak_raw.documents SELECT * REPLACE ('by hand' AS title, 18446744073709551000 AS _version) "
              f"FROM soak_raw.documents FINAL WHERE id = {foreign}"),
    ]  # fmt: skip


class TableWriter:
    """Makes statements for one table, always the same ones in the same order; knows which rows there are.

    Rows of the lower half are updated, and stay. Those above are deleted or get another key, the oldest first, and new ones
    come after the last, or deleted ones come again: so the table keeps its size. No row of a fault is touched.
    """

    OPERATIONS = ("update", "insert", "update", "delete", "update", "move", "update", "insert", "update", "delete")

    def __init__(self, table, rows, spared, turn):
        self.table, self.spared, self.turn = table, spared, turn
        self.random = random.Random(f"soak {table.name}")
        self.stable, self.oldest, self.next = rows // 2, rows // 2 + 1, rows + 1
        self.deleted = collections.deque(maxlen=40)
        names = ", ".join(table.key)
        self.where = f"({names})" if len(table.key) > 1 else names
        keys = ", ".join(table.key.values())
        self.literal = f"({keys})" if len(table.key) > 1 else keys
        self.row = f"({keys}, {table.values})"

    def load(self, first, count):
        """Fills the table with rows, in one transaction."""
        values = f"{', '.join(self.table.key.values())}, {self.table.values}".replace("{i}", "i")
        return (
            f"SET SESSION cte_max_recursion_depth = 1000000; INSERT INTO soak.{self.table.name} "
            f"WITH RECURSIVE s (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {first + count - 1}) "
            f"SELECT {values} FROM s"
        )

    def statement(self):
        """Writes to four rows."""
        self.turn += 1
        return getattr(self, self.OPERATIONS[self.turn % len(self.OPERATIONS)])()

    def update(self):
        # The first row all the time: it is hardly ever at rest when it is compared.
        chosen = {1}
        while len(chosen) < 4:
            chosen.add(self.random.randrange(2, self.stable + 1))
            chosen -= self.spared
        return f"UPDATE soak.{self.table.name} SET {self.table.update} WHERE {self.where} IN ({self.keys(sorted(chosen))})"

    def insert(self):
        again = len(self.deleted) >= 8 and self.turn % 20 > 10
        numbers = [self.deleted.popleft() if again else self.take_new() for _ in range(4)]
        rows = ", ".join(self.row.replace("{i}", str(number)) for number in numbers)
        return f"INSERT INTO soak.{self.table.name} VALUES {rows}"

    def delete(self):
        numbers = [self.take_oldest() for _ in range(4)]
        self.deleted.extend(numbers)
        return f"DELETE FROM soak.{self.table.name} WHERE {self.where} IN ({self.keys(numbers)})"

    def move(self):
        statements = []
        for _ in range(4):
            old, new = str(self.take_oldest()), str(self.take_new())
            sets = ", ".join(f"{name} = {value}" for name, value in self.table.key.items()).replace("{i}", new)
            where = f"{self.where} = {self.literal}".replace("{i}", old)
            statements.append(f"UPDATE soak.{self.table.name} SET {sets} WHERE {where}")
        return "; ".join(statements)

    def keys(self, numbers):
        return ", ".join(self.literal.replace("{i}", str(number)) for number in numbers)

    def take_new(self):
        self.next += 1
        return self.next - 1

    def take_oldest(self):
        while self.oldest in self.spared:
            self.oldest += 1
        self.oldest += 1
        return self.oldest - 1
