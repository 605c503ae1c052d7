extension StateSchema {
    /// The record of the steps that were carried out; itself the one table that never changes.
    static let record = """
        CREATE TABLE IF NOT EXISTS leat.schema_migrations (
            version UInt32, leat String, at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
        ) ENGINE = MergeTree ORDER BY version
        SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
        COMMENT '\(mark)'
        """

    static let migrations: [Migration] = [
        Migration(
            version: 1,
            statements: [
                // One row per claim (see BatchClaim).
                """
                CREATE TABLE IF NOT EXISTS leat.batches (
                    pipeline LowCardinality(String), number UInt64, epoch UInt64, owner String,
                    kind LowCardinality(String), position String CODEC(ZSTD(3)),
                    parts Array(Tuple(String, UInt64, UInt64)), table LowCardinality(String),
                    rows Map(LowCardinality(String), UInt64), detail String CODEC(ZSTD(3)), acknowledged UInt64,
                    at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
                ) ENGINE = MergeTree ORDER BY (pipeline, number)
                SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
                COMMENT '\(mark)'
                """,
                """
                CREATE TABLE IF NOT EXISTS leat.checkpoints (
                    pipeline LowCardinality(String), acknowledged UInt64, position String CODEC(ZSTD(3)),
                    source_position String CODEC(ZSTD(3)), lag_seconds Float64,
                    at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
                ) ENGINE = ReplacingMergeTree(acknowledged) ORDER BY pipeline
                SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
                COMMENT '\(mark)'
                """,
                """
                CREATE TABLE IF NOT EXISTS leat.tables (
                    pipeline LowCardinality(String), table String, revision UInt64, state LowCardinality(String),
                    cause String, remedy String, floor UInt64, copied_from UInt64, consistent_at String, rows UInt64,
                    definition String CODEC(ZSTD(3)), at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
                ) ENGINE = ReplacingMergeTree(revision) ORDER BY (pipeline, table)
                SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
                COMMENT '\(mark)'
                """,
            ]
        ),
        Migration(
            version: 2,
            statements: [
                """
                ALTER TABLE leat.batches
                ADD COLUMN IF NOT EXISTS checksums Map(LowCardinality(String), Tuple(Int64, UInt64)) AFTER rows
                """,
                """
                CREATE TABLE IF NOT EXISTS leat.checksums (
                    pipeline LowCardinality(String), table String, number UInt64, rows Int64, sum UInt64, is_equal Bool,
                    at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
                ) ENGINE = ReplacingMergeTree(at) ORDER BY (pipeline, table)
                COMMENT '\(mark)'
                """,
                """
                CREATE TABLE IF NOT EXISTS leat.verifications (
                    pipeline LowCardinality(String), table LowCardinality(String), run String,
                    occasion LowCardinality(String), at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
                    begins_behind String, ends_at String, is_last Bool, result LowCardinality(String), cause String,
                    source_rows UInt64, warehouse_rows UInt64, unsettled_rows UInt64,
                    differences Array(Tuple(key String, column String, kind LowCardinality(String))), has_more Bool,
                    source_seconds Float64, seconds Float64
                ) ENGINE = MergeTree ORDER BY (pipeline, table, at)
                TTL toDateTime(at) + INTERVAL 90 DAY
                COMMENT '\(mark)'
                """,
                // Closed windows and finished copies are of no use after a while. Should an older row of such a window
                // come to light again, the window is only read again.
                """
                CREATE TABLE IF NOT EXISTS leat.windows (
                    pipeline LowCardinality(String), measurement String, kind LowCardinality(String),
                    start DateTime64(9, 'UTC'), end DateTime64(9, 'UTC'), state LowCardinality(String), points UInt64,
                    revision UInt64, at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
                ) ENGINE = ReplacingMergeTree(revision) ORDER BY (pipeline, measurement, kind, start)
                TTL toDateTime(at) + INTERVAL 30 DAY DELETE WHERE state = 'closed' AND kind != 'frontier'
                SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
                COMMENT '\(mark)'
                """,
            ]
        ),
        Migration(
            version: 3,
            statements: [
                """
                ALTER TABLE leat.tables
                ADD COLUMN IF NOT EXISTS passed_over String CODEC(ZSTD(3)) AFTER definition,
                ADD COLUMN IF NOT EXISTS barrier UInt64 AFTER passed_over,
                ADD COLUMN IF NOT EXISTS warehouse_database String AFTER barrier,
                ADD COLUMN IF NOT EXISTS retried UInt8 AFTER warehouse_database
                """
            ]
        ),
        Migration(
            version: 4,
            statements: [
                // One row per process and pipeline; a week later nobody asks who that was.
                """
                CREATE TABLE IF NOT EXISTS leat.pipelines (
                    pipeline LowCardinality(String), instance String, place String, state LowCardinality(String),
                    cause String, remedy String, lag_seconds Float64, at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
                ) ENGINE = ReplacingMergeTree(at) ORDER BY (pipeline, instance) TTL toDateTime(at) + INTERVAL 7 DAY
                COMMENT '\(mark)'
                """
            ]
        ),
        Migration(
            version: 5,
            statements: ["ALTER TABLE leat.tables ADD COLUMN IF NOT EXISTS read_from String AFTER retried"]
        ),
        Migration(
            version: 6,
            statements: ["ALTER TABLE leat.tables ADD COLUMN IF NOT EXISTS replaces String AFTER read_from"]
        ),
    ]
}
