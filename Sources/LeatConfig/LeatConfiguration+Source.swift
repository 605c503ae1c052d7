extension LeatConfiguration {
    /// One pipeline: a source and where it goes.
    package struct Source: Sendable, Hashable {
        /// What the source is, with what only that kind has.
        package enum Kind: Sendable, Hashable {
            case mySQL(MySQL)
            case influxDB(InfluxDB)
        }

        /// How a source's databases are called in ClickHouse.
        package enum Naming: Sendable, Hashable {
            case same
            case database(String)
            case prefix(String)
        }

        /// The pipeline's name: letters, digits, `-` and `_`, at most 64.
        package var name: String
        package var kind: Kind
        package var naming: Naming
        /// What the pipeline is held to.
        package var objectives: [Objective]

        package init(name: String, kind: Kind, naming: Naming = .same, objectives: [Objective] = Objective.defaults) {
            self.name = name
            self.kind = kind
            self.naming = naming
            self.objectives = objectives
        }

        /// The ClickHouse database of a source's database; `_raw` and `_changes` are appended for the other two.
        package func warehouseDatabase(for database: String) -> String {
            switch naming {
            case .same: database
            case .database(let name): name
            case .prefix(let prefix): prefix + database
            }
        }
    }

    /// How to reach and read a MySQL source.
    package struct MySQL: Sendable, Hashable {
        /// MySQL's own names for the modes: https://dev.mysql.com/doc/refman/9.4/en/using-encrypted-connections.html
        package enum TLS: String, Sendable, Hashable, CaseIterable {
            case disabled, preferred, required
            case verifyCA = "verify-ca"
            case verifyFull = "verify-full"
        }

        /// How tables are copied at first.
        package struct Snapshot: Sendable, Hashable {
            /// 1 to 64.
            package var connections: Int
            /// A limit on all connections together; `nil` for none.
            package var rowsPerSecond: Int?

            package init(connections: Int = 4, rowsPerSecond: Int? = nil) {
                self.connections = connections
                self.rowsPerSecond = rowsPerSecond
            }
        }

        /// A row that Leat writes to the source to see it arrive.
        package struct Heartbeat: Sendable, Hashable {
            package var host: HostAddress
            package var database: String
            package var table: String
        }

        /// In order of preference; never empty.
        package var hosts: [HostAddress]
        package var user: String
        package var password: Secret
        package var tls: TLS
        /// A PEM file with the authorities to trust; nil for the system's.
        package var tlsAuthorityFile: String?
        package var tables: TableFilter
        package var snapshot: Snapshot
        package var heartbeat: Heartbeat?

        package init(
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
    package struct InfluxDB: Sendable, Hashable {
        /// How requests are authenticated: user and password, or the password as a token.
        package enum Authentication: String, Sendable, Hashable, CaseIterable { case basic, token }

        /// What happens to points that the source no longer has.
        package enum OnDelete: String, Sendable, Hashable, CaseIterable { case keep, mirror }

        /// Without a trailing slash.
        package var url: String
        package var database: String
        package var user: String
        package var password: Secret
        package var authentication: Authentication
        package var lookback: Duration
        /// Where InfluxDB pushes its points to; port 0 for one that is free, `nil` for no pushes.
        package var listen: HostAddress?
        package var onDelete: OnDelete
        /// How often everything that the source retains is compared.
        package var sweep: Duration
        /// After how long ClickHouse forgets a point; `nil` for never.
        package var timeToLive: Duration?

        package init(
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
