import ClickHouseClient

/// The tables of `leat.*`: all durable state that Leat has. Every row names its pipeline.
enum StateSchema {
    static let mark = "leat:state"

    static let statements = [
        "CREATE DATABASE IF NOT EXISTS leat",
        // One row per claim. The deduplication window is what makes the insert of a number a claim: the second of two
        // inserts with the same token is dropped, and the loser sees it by reading back.
        """
        CREATE TABLE IF NOT EXISTS leat.batches (
            pipeline LowCardinality(String), number UInt64, epoch UInt64, owner String, kind LowCardinality(String),
            position String CODEC(ZSTD(3)), parts Array(Tuple(String, UInt64, UInt64)), table LowCardinality(String),
            rows Map(LowCardinality(String), UInt64), checksums Map(LowCardinality(String), Tuple(Int64, UInt64)), detail String CODEC(ZSTD(3)), acknowledged UInt64,
            at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
        ) ENGINE = MergeTree ORDER BY (pipeline, number)
        SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
        COMMENT '\(mark)'
        """,
        // Made by an earlier version.
        """
        ALTER TABLE leat.batches
        ADD COLUMN IF NOT EXISTS checksums Map(LowCardinality(String), Tuple(Int64, UInt64)) AFTER rows
        """,
        """
        CREATE TABLE IF NOT EXISTS leat.checkpoints (
            pipeline LowCardinality(String), acknowledged UInt64, position String CODEC(ZSTD(3)),
            source_position String CODEC(ZSTD(3)), lag_seconds Float64, at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
        ) ENGINE = ReplacingMergeTree(acknowledged) ORDER BY pipeline
        SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
        COMMENT '\(mark)'
        """,
        """
        CREATE TABLE IF NOT EXISTS leat.tables (
            pipeline LowCardinality(String), table String, revision UInt64, state LowCardinality(String),
            cause String, remedy String, floor UInt64, copied_from UInt64, consistent_at String, rows UInt64,
            definition String CODEC(ZSTD(3)), barrier UInt64, warehouse_database String, retried UInt8, at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
        ) ENGINE = ReplacingMergeTree(revision) ORDER BY (pipeline, table)
        SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
        COMMENT '\(mark)'
        """,
        // Made by an earlier version.
        """
        ALTER TABLE leat.tables
        ADD COLUMN IF NOT EXISTS barrier UInt64 AFTER definition,
        ADD COLUMN IF NOT EXISTS warehouse_database String AFTER barrier,
        ADD COLUMN IF NOT EXISTS retried UInt8 AFTER warehouse_database
        """,
    ]

    static func create(with client: ClickHouseClient) async throws {
        for statement in statements { try await client.execute(statement) }
    }
}
