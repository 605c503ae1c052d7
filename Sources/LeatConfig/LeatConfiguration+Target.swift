extension LeatConfiguration {
    /// The ClickHouse server that rows go to.
    package struct Warehouse: Sendable, Hashable {
        /// Whether an insert counts only once it is on ClickHouse's disk.
        package enum Durability: String, Sendable, Hashable, CaseIterable { case strict, relaxed }

        /// Without a trailing slash.
        package var url: String
        package var user: String
        package var password: Secret
        package var cluster: String?
        package var durability: Durability

        package init(
            url: String,
            user: String,
            password: Secret,
            cluster: String? = nil,
            durability: Durability = .strict
        ) {
            self.url = url
            self.user = user
            self.password = password
            self.cluster = cluster
            self.durability = durability
        }
    }

    /// What differs from the defaults for one table of a source.
    package struct TableOptions: Sendable, Hashable {
        /// What becomes of a date that ClickHouse cannot hold.
        package enum Dates: String, Sendable, Hashable, CaseIterable { case text, error, null }
        /// What happens to a table in ClickHouse when it is dropped in MySQL.
        package enum OnDrop: String, Sendable, Hashable, CaseIterable { case keep, drop }
        /// What happens to a table after an ALTER TABLE that cannot be carried out in place.
        package enum OnAlter: String, Sendable, Hashable, CaseIterable { case rebuild, stop }

        package var database: String
        package var table: String
        /// The raw table's sorting key; `nil` for the source's key.
        package var orderBy: [String]?
        package var history: Bool
        package var dates: Dates
        package var onDrop: OnDrop
        package var onAlter: OnAlter

        package init(
            database: String,
            table: String,
            orderBy: [String]? = nil,
            history: Bool = false,
            dates: Dates = .text,
            onDrop: OnDrop = .keep,
            onAlter: OnAlter = .rebuild
        ) {
            self.database = database
            self.table = table
            self.orderBy = orderBy
            self.history = history
            self.dates = dates
            self.onDrop = onDrop
            self.onAlter = onAlter
        }
    }

    /// When a batch is full. Whichever comes first.
    package struct Batches: Sendable, Hashable {
        /// 1 to 2²⁴: a row's place in its batch has 24 bits in `_version`.
        package var rows: Int
        package var bytes: Int
        package var interval: Duration

        package init(rows: Int = 100_000, bytes: Int = 32 << 20, interval: Duration = .milliseconds(500)) {
            self.rows = rows
            self.bytes = bytes
            self.interval = interval
        }
    }

    /// The comparison of both sides that runs automatically while the pipelines run.
    package struct Verification: Sendable, Hashable {
        package var isInBackground: Bool
        /// Share of the time that a source may be busy with it, 0.001 to 1.
        package var sourceShare: Double
        /// A table is not compared again before this has passed.
        package var interval: Duration
        /// Whether the stream keeps a checksum of each table, which ClickHouse's is compared with.
        package var hasChecksums: Bool
        /// Share of the time that the warehouse may be busy with those, 0.001 to 1.
        package var warehouseShare: Double

        package init(
            isInBackground: Bool = true,
            sourceShare: Double = 0.04,
            interval: Duration = .seconds(600),
            hasChecksums: Bool = true,
            warehouseShare: Double = 0.05
        ) {
            self.isInBackground = isInBackground
            self.sourceShare = sourceShare
            self.interval = interval
            self.hasChecksums = hasChecksums
            self.warehouseShare = warehouseShare
        }
    }

    /// Where `/metrics` and `/health` are served.
    package struct Console: Sendable, Hashable {
        package var listen: HostAddress

        package init(listen: HostAddress = HostAddress(host: "127.0.0.1", port: 18080)) {
            self.listen = listen
        }
    }
}
