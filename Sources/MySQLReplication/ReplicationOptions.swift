import MySQLClient
import MySQLSchema
import Tracing

/// The options of one MySQL pipeline: where from, what, how fast.
package struct ReplicationOptions: Sendable {
    /// The pipeline's name: the key of its source in `leat.yaml`.
    package let name: String
    /// Servers with the same data, in order of preference.
    package let hosts: [MySQLEndpoint]
    /// Whether a table is to be followed.
    package let isWanted: @Sendable (TableName) -> Bool
    /// The ClickHouse database for a source database.
    package let warehouseDatabase: @Sendable (String) -> String
    /// Whether a column of a table becomes text when it holds a date that ClickHouse cannot; otherwise the table is
    /// quarantined.
    package var carriesDatesAsText: @Sendable (TableName) -> Bool = { _ in true }
    /// Whether a table is copied again after a statement that cannot be carried out in place; otherwise it is
    /// quarantined.
    package var rebuilds: @Sendable (TableName) -> Bool = { _ in true }
    /// Parallel connections of a copy, 1 to 64.
    package let snapshotConnections: Int
    /// A batch is cut at this many rows …
    package let batchRows: Int
    /// … or bytes …
    package let batchBytes: Int
    /// … or when its oldest row has waited this long.
    package let batchInterval: Duration
    /// fsync before an insert is answered.
    package let isDurable: Bool
    /// Record with each batch what it does to the checksums of its tables, for ``ChecksumWatch`` of `Verification`.
    package var hasChecksums = false
    /// Give up the position and copy every table again, in place: when the source has lost what is still needed.
    package var copiesAgain = false
    /// Makes spans of batches; nil if nothing is traced.
    package var tracer: (any Tracer)?

    /// A row that is written each second, to see it arrive.
    package struct Heartbeat: Sendable {
        /// The server to write to, which all hosts get their rows from: the primary.
        package var endpoint: MySQLEndpoint
        /// Made if it does not exist. It is followed, whatever else is.
        package var table: TableName

        package init(endpoint: MySQLEndpoint, table: TableName) {
            self.endpoint = endpoint
            self.table = table
        }
    }

    package var heartbeat: Heartbeat?

    package init(
        name: String,
        hosts: [MySQLEndpoint],
        isWanted: @escaping @Sendable (TableName) -> Bool,
        warehouseDatabase: @escaping @Sendable (String) -> String = { $0 },
        snapshotConnections: Int = 4,
        batchRows: Int = 100_000,
        batchBytes: Int = 32 << 20,
        batchInterval: Duration = .milliseconds(500),
        isDurable: Bool = true
    ) {
        self.name = name
        self.hosts = hosts
        self.isWanted = isWanted
        self.warehouseDatabase = warehouseDatabase
        self.snapshotConnections = snapshotConnections
        self.batchRows = batchRows
        self.batchBytes = batchBytes
        self.batchInterval = batchInterval
        self.isDurable = isDurable
    }
}
