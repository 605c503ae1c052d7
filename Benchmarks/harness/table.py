"""The table that is measured: twelve columns of the kinds that a shop has, about 115 bytes a row in the binlog."""

from .errors import BenchmarkError

DATABASE = "bench"
ORDERS = f"{DATABASE}.orders"
ARRIVALS = f"{DATABASE}.arrivals"
ROWS_PER_TRANSACTION = 10_000

COLUMNS = """
    id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    customer_id INT UNSIGNED NOT NULL,
    status ENUM('new', 'paid', 'packed', 'shipped', 'delivered', 'cancelled') NOT NULL,
    amount DECIMAL(12,2) NOT NULL,
    currency CHAR(3) NOT NULL,
    note VARCHAR(120),
    created_at DATETIME(6) NOT NULL,
    updated_at TIMESTAMP(3) NOT NULL,
    weight DOUBLE,
    flags BIT(8) NOT NULL,
    quantity SMALLINT NOT NULL,
    attributes JSON
"""

# Row `n`. Deterministic, so that two runs measure the same bytes.
ROW = """
    n,
    CRC32(n) % 100000 + 1,
    1 + CRC32(CONCAT('s', n)) % 6,
    (CRC32(CONCAT('a', n)) % 1000000000) / 100,
    ELT(1 + n % 4, 'EUR', 'USD', 'GBP', 'JPY'),
    IF(n % 7 = 0, NULL, CONCAT(
        ELT(1 + n % 5, 'leave at the door', 'call first', 'für Büro 3', 'gift 🎁', 'none'), ' ', LEFT(SHA2(n, 256), n % 24))),
    TIMESTAMPADD(MICROSECOND, CRC32(CONCAT('c', n)) % 1000000,
        TIMESTAMPADD(SECOND, n * 19 % 60000000, '2024-01-01')),
    TIMESTAMPADD(MICROSECOND, (n % 1000) * 1000, TIMESTAMPADD(SECOND, n * 23 % 60000000, '2024-01-02')),
    IF(n % 11 = 0, NULL, CRC32(CONCAT('w', n)) / 1024e0),
    n % 256,
    n % 30000 - 10000,
    IF(n % 13 = 0, NULL, JSON_OBJECT('channel', ELT(1 + n % 3, 'web', 'app', 'shop'), 'gift', n % 3, 'lines', n % 9))
"""

# Two expressions that give the same text on either side if all rows arrived exactly.
CHECKS = [
    ("COUNT(*)", "toString(count())"),
    ("SUM(id)", "toString(sum(id))"),
    ("SUM(customer_id)", "toString(sum(customer_id))"),
    ("SUM(CRC32(status))", "toString(sum(CRC32(toString(status))))"),
    ("SUM(amount)", "toDecimalString(sum(amount), 2)"),
    ("SUM(CRC32(currency))", "toString(sum(CRC32(currency)))"),
    ("SUM(CRC32(note))", "toString(sum(CRC32(note)))"),
    (
        "CAST(SUM(UNIX_TIMESTAMP(created_at) * 1000000) AS DECIMAL(38, 0))",
        "toString(sum(toInt128(toUnixTimestamp64Micro(created_at))))",
    ),
    (
        "CAST(SUM(UNIX_TIMESTAMP(updated_at) * 1000) AS DECIMAL(38, 0))",
        "toString(sum(toInt128(toUnixTimestamp64Milli(updated_at))))",
    ),
    ("SUM(CAST(weight * 1024 AS SIGNED))", "toString(sum(toInt64(weight * 1024)))"),
    ("CAST(SUM(flags + 0) AS UNSIGNED)", "toString(sum(flags))"),
    ("SUM(quantity)", "toString(sum(quantity))"),
    ("SUM(CRC32(CAST(attributes AS CHAR)))", "toString(sum(CRC32(toString(attributes))))"),
]


def create(mysql, rows):
    """Creates and fills ORDERS, and ARRIVALS empty; the rows are not in the binlog."""
    statements = [
        f"CREATE DATABASE {DATABASE}",
        # Recursion needs one.
        f"USE {DATABASE}",
        f"CREATE TABLE {ORDERS} ({COLUMNS})",
        f"CREATE TABLE {ARRIVALS} ({COLUMNS})",
        "SET SESSION sql_log_bin = 0",
        f"CREATE TEMPORARY TABLE {DATABASE}.numbers (n INT PRIMARY KEY)",
        f"SET SESSION cte_max_recursion_depth = {ROWS_PER_TRANSACTION}",
        f"INSERT INTO {DATABASE}.numbers WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up "
        f"WHERE n < {ROWS_PER_TRANSACTION}) SELECT n FROM up",
    ]
    for first in range(0, rows, ROWS_PER_TRANSACTION):
        count = min(ROWS_PER_TRANSACTION, rows - first)
        statements.append(
            f"INSERT INTO {ORDERS} SELECT {ROW} FROM "
            f"(SELECT {first} + n AS n FROM {DATABASE}.numbers WHERE n <= {count}) AS numbers"
        )
    mysql.query(";\n".join(statements) + ";\n")


def let_arrive(mysql, rows):
    """Inserts every row of ORDERS into ARRIVALS, in transactions of ROWS_PER_TRANSACTION."""
    mysql.query(
        "".join(
            f"INSERT INTO {ARRIVALS} SELECT * FROM {ORDERS} "
            f"WHERE id > {first} AND id <= {first + ROWS_PER_TRANSACTION};\n"
            for first in range(0, rows, ROWS_PER_TRANSACTION)
        )
    )


def sums_in_mysql(mysql, table):
    return mysql.query(f"SELECT {', '.join(check for check, _ in CHECKS)} FROM {table}")[0]


def require_equal(expected, clickhouse, table):
    """A copy that is fast and wrong is no result."""
    found = clickhouse.rows(f"SELECT {', '.join(check for _, check in CHECKS)} FROM {table}")[0]
    for (check, _), source, warehouse in zip(CHECKS, expected, found):
        if source != warehouse:
            raise BenchmarkError(
                f"{table} is not the same in MySQL and ClickHouse: {check} is {source} there and {warehouse} here",
                "this is a bug in leat; leat verify says more",
            )
