extension LeatConfiguration {
    /// One pipeline: a source and where it goes.
    public struct Source: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            case mySQL(MySQL)
            case influxDB(InfluxDB)
        }

        /// How a source's databases are called in ClickHouse.
        public enum Naming: Sendable, Hashable {
            case same
            case database(String)
            case prefix(String)
        }

        /// The pipeline's name: letters, digits, `-` and `_`, at most 64.
        public var name: String
        public var kind: Kind
        public var naming: Naming
        /// What the pipeline is held to.
        public var objectives: [Objective]

        public init(name: String, kind: Kind, naming: Naming = .same, objectives: [Objective] = Objective.defaults) {
            self.name = name
            self.kind = kind
            self.naming = naming
            self.objectives = objectives
        }

        /// The ClickHouse database of a source's database; `_raw` and `_changes` are put behind it for the other two.
        public func warehouseDatabase(for database: String) -> String {
            switch naming {
            case .same: database
            case .database(let name): name
            case .prefix(let prefix): prefix + database
            }
        }
    }

    /// How to reach and read a MySQL source.
    public struct MySQL: Sendable, Hashable {
        /// MySQL's own names for the modes: https://dev.mysql.com/doc/refman/9.4/en/using-encrypted-connections.html
        public enum TLS: String, Sendable, Hashable, CaseIterable {
            case disabled, preferred, required
            case verifyCA = "verify-ca"
            case verifyFull = "verify-full"
        }

        public struct Snapshot: Sendable, Hashable {
            /// 1 to 64.
            public var connections: Int
            /// A limit on all connections together; `nil` for none.
            public var rowsPerSecond: Int?

            public init(connections: Int = 4, rowsPerSecond: Int? = nil) {
                self.connections = connections
                self.rowsPerSecond = rowsPerSecond
            }
        }

        /// A row that Leat writes to the source to see it arrive.
        public struct Heartbeat: Sendable, Hashable {
            public var host: HostAddress
            public var database: String
            public var table: String
        }

        /// In order of preference; never empty.
        public var hosts: [HostAddress]
        public var user: String
        public var password: Secret
        public var tls: TLS
        /// A PEM file with the authorities to trust; nil for the system's.
        public var tlsAuthorityFile: String?
        public var tables: TableFilter
        public var snapshot: Snapshot
        public var heartbeat: Heartbeat?

        public init(
            hosts: [HostAddress],
            user: String,
            password: Secret,
            tls: TLS = .preferred,
            tables: TableFilter = .all,
            snapshot: Snapshot = Snapshot(),
            heartbeat: Heartbeat? = nil
        ) {
            self.hosts = hosts
            self.user = user
            self.password = password
            self.tls = tls
            self.tables = tables
            self.snapshot = snapshot
            self.heartbeat = heartbeat
        }
    }

    /// How to reach and read an InfluxDB source.
    public struct InfluxDB: Sendable, Hashable {
        /// How the server is told who asks: user and password, or the password as a token.
        public enum Authentication: String, Sendable, Hashable, CaseIterable { case basic, token }

        /// What happens to points that the source no longer has.
        public enum OnDelete: String, Sendable, Hashable, CaseIterable { case keep, mirror }

        /// Without a trailing slash.
        public var url: String
        public var database: String
        public var user: String
        public var password: Secret
        public var authentication: Authentication
        public var lookback: Duration
        /// Where InfluxDB pushes its points to; port 0 for one that is free, `nil` for no pushes.
        public var listen: HostAddress?
        public var onDelete: OnDelete
        /// How often everything that the source retains is compared.
        public var sweep: Duration
        /// After how long ClickHouse forgets a point; `nil` for never.
        public var timeToLive: Duration?

        public init(
            url: String,
            database: String,
            user: String,
            password: Secret,
            authentication: Authentication = .basic,
            lookback: Duration = .seconds(900),
            listen: HostAddress? = HostAddress(host: "127.0.0.1", port: 0),
            onDelete: OnDelete = .keep,
            sweep: Duration = .seconds(3600),
            timeToLive: Duration? = nil
        ) {
            self.url = url
            self.database = database
            self.user = user
            self.password = password
            self.authentication = authentication
            self.lookback = lookback
            self.listen = listen
            self.onDelete = onDelete
            self.sweep = sweep
            self.timeToLive = timeToLive
        }
    }
}
