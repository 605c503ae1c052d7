extension LeatConfiguration {
    /// The ClickHouse server that rows go to.
    public struct Warehouse: Sendable, Hashable {
        public enum Durability: String, Sendable, Hashable, CaseIterable { case strict, relaxed }

        /// Without a trailing slash.
        public var url: String
        public var user: String
        public var password: Secret
        public var cluster: String?
        public var durability: Durability

        public init(
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
    public struct TableOptions: Sendable, Hashable {
        /// What becomes of a date that ClickHouse cannot hold.
        public enum Dates: String, Sendable, Hashable, CaseIterable { case error, null, text }
        public enum OnDrop: String, Sendable, Hashable, CaseIterable { case keep, drop }

        public var database: String
        public var table: String
        /// The raw table's sorting key; `nil` for the source's key.
        public var orderBy: [String]?
        public var history: Bool
        public var dates: Dates
        public var onDrop: OnDrop

        public init(
            database: String,
            table: String,
            orderBy: [String]? = nil,
            history: Bool = false,
            dates: Dates = .error,
            onDrop: OnDrop = .keep
        ) {
            self.database = database
            self.table = table
            self.orderBy = orderBy
            self.history = history
            self.dates = dates
            self.onDrop = onDrop
        }
    }

    /// When a batch is full. Whichever comes first.
    public struct Batches: Sendable, Hashable {
        /// 1 to 2²⁴: a row's place in its batch has 24 bits in `_version`.
        public var rows: Int
        public var bytes: Int
        public var interval: Duration

        public init(rows: Int = 100_000, bytes: Int = 32 << 20, interval: Duration = .milliseconds(500)) {
            self.rows = rows
            self.bytes = bytes
            self.interval = interval
        }
    }

    /// The comparison of both sides that continues by itself while the pipelines run.
    public struct Verification: Sendable, Hashable {
        public var isInBackground: Bool
        /// Share of the time that a source may be busy with it, 0.001 to 1.
        public var sourceShare: Double
        /// A table is not compared again before so long.
        public var interval: Duration
        /// Whether the stream keeps a checksum of each table, which ClickHouse's is compared with.
        public var hasChecksums: Bool
        /// Share of the time that the warehouse may be busy with those, 0.001 to 1.
        public var warehouseShare: Double

        public init(
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

    public struct Console: Sendable, Hashable {
        public var listen: HostAddress

        public init(listen: HostAddress = HostAddress(host: "127.0.0.1", port: 18080)) {
            self.listen = listen
        }
    }
}
