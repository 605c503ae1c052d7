import Foundation

extension LeatConfiguration.MySQL {
    init(_ section: YAMLSection) throws {
        hosts = []
        for value in try (try section.required("hosts")).nonEmptyList() {
            let host = try value.host(defaultPort: 3306)
            guard !hosts.contains(host) else {
                throw value.error("this host is named twice", remedy: "remove one of them")
            }
            hosts.append(host)
        }
        user = try (try section.required("user")).nonEmptyText()
        password = try section.password()
        tls = try section["tls"]?.choice(TLS.self) ?? .preferred
        tlsAuthorityFile = try section["tls-ca"].map { [tls] value in
            guard tls == .verifyCA || tls == .verifyFull else {
                throw value.error(
                    "tls: \(tls.rawValue) checks no certificate",
                    remedy: "write tls: verify-full (or verify-ca), or remove tls-ca:"
                )
            }
            let path = value.document.resolve(path: try value.nonEmptyText())
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw value.error(
                    "cannot read \(path)",
                    remedy: "create the file, and let the user that runs leat read it"
                )
            }
            return path
        }
        tables = try section["tables"].map { try TableFilter($0) } ?? .all
        snapshot = try section["snapshot"].map { try Snapshot(try YAMLSection($0)) } ?? Snapshot()
        heartbeat = try section["heartbeat"].map { value in
            try value.require(.heartbeat, remedy: "remove heartbeat: (lag is measured without it, too)")
            return try Heartbeat(try YAMLSection(value))
        }
    }
}

extension TableFilter {
    init(_ value: YAMLValue) throws {
        var patterns: [TablePattern] = []
        for item in try value.nonEmptyList() {
            let text = try item.text()
            guard let pattern = TablePattern(text) else {
                throw item.error(
                    "'\(text)' is not a table pattern",
                    remedy:
                        "write database.table with * and ?, such as \"shop.*\"; put a name that has a dot in backticks"
                )
            }
            if !pattern.isExclusion, Self.systemDatabases.contains(pattern.database.lowercased()) {
                throw item.error(
                    "the server's own database '\(pattern.database)' is never replicated",
                    remedy: "remove this pattern"
                )
            }
            patterns.append(pattern)
        }
        guard patterns.contains(where: { !$0.isExclusion }) else {
            throw value.error("the list only excludes, so no table would be followed", remedy: "add \"*.*\" to it")
        }
        self.init(patterns)
    }
}

extension LeatConfiguration.MySQL.Snapshot {
    init(_ section: YAMLSection) throws {
        connections = try section["connections"]?.integer(in: 1...64) ?? 4
        rowsPerSecond = try section["rows-per-second"].flatMap { value in
            if try value.text() == "unlimited" { return nil }
            try value.require(.snapshotRateLimit, remedy: "write rows-per-second: unlimited")
            return try value.integer(in: 1...1_000_000_000)
        }
    }
}

extension LeatConfiguration.MySQL.Heartbeat {
    init(_ section: YAMLSection) throws {
        host = try (try section.required("host")).host(defaultPort: 3306)
        let value = try section.required("table")
        guard let name = TablePattern(try value.text()), name.namesOneTable, !name.isExclusion else {
            throw value.error("this does not name one table", remedy: "write database.table")
        }
        database = name.database
        table = name.table
    }
}

extension LeatConfiguration.InfluxDB {
    init(_ section: YAMLSection) throws {
        url = try (try section.required("url")).url()
        database = try (try section.required("database")).nonEmptyText()
        user = try section["user"]?.text() ?? ""
        password = try section.password()
        authentication = try section["authentication"]?.choice(Authentication.self) ?? .basic
        lookback = try section["lookback"]?.duration(inMilliseconds: 1000...2_592_000_000) ?? .seconds(900)
        listen = HostAddress(host: "127.0.0.1", port: 0)
        if let value = section["listen"] {
            listen = try value.text() == "off" ? nil : try value.host(defaultPort: 0)
        }
        onDelete = try section["on-delete"]?.choice(OnDelete.self) ?? .keep
        sweep = try section["sweep"]?.duration(inMilliseconds: 1000...604_800_000) ?? .seconds(3600)
        timeToLive = try section["ttl"].flatMap { value in
            try value.text() == "never" ? nil : try value.duration(inMilliseconds: 3_600_000...3_153_600_000_000)
        }
    }
}

extension LeatConfiguration.Warehouse {
    init(_ section: YAMLSection) throws {
        url = try (try section.required("url")).url()
        user = try section["user"]?.nonEmptyText() ?? "default"
        password = try section.password()
        cluster = try section["cluster"].map { value in
            try value.require(.cluster, remedy: "remove cluster:")
            return try value.nonEmptyText()
        }
        durability = try section["durability"]?.choice(Durability.self) ?? .strict
        if durability == .relaxed {
            try section["durability"]?.require(.relaxedDurability, remedy: "write durability: strict")
        }
    }
}

extension LeatConfiguration.TableOptions {
    init(_ name: TablePattern, _ section: YAMLSection) throws {
        self.init(database: name.database, table: name.table)
        if let value = section["order-by"] {
            try value.require(.orderBy, remedy: "remove order-by: (the primary key is used)")
            var columns: [String] = []
            for item in try value.nonEmptyList() {
                let column = try item.nonEmptyText()
                guard !columns.contains(column) else {
                    throw item.error("this column is named twice", remedy: "remove one of them")
                }
                columns.append(column)
            }
            orderBy = columns
        }
        if let value = section["history"] {
            history = try value.onOff()
            if history { try value.require(.history, remedy: "write history: off") }
        }
        if let value = section["dates"] {
            dates = try value.choice(Dates.self)
            if dates == .null { try value.require(.nullDates, remedy: "write dates: text, or dates: error") }
        }
        if let value = section["on-drop"] {
            onDrop = try value.choice(OnDrop.self)
            if onDrop == .drop { try value.require(.dropTables, remedy: "write on-drop: keep") }
        }
        if let value = section["on-alter"] { onAlter = try value.choice(OnAlter.self) }
        if let columns = section["columns"] {
            for (_, _, value) in try YAMLSection(columns, childName: "column").entries {
                for (_, _, option) in try YAMLSection(value).entries where !option.isNull {
                    throw option.error(
                        "redaction: not supported yet",
                        remedy: "exclude the table from tables: if its values must not reach ClickHouse"
                    )
                }
            }
        }
    }
}

extension LeatConfiguration.Batches {
    init(_ section: YAMLSection) throws {
        self.init()
        if let value = section["rows"] { rows = try value.integer(in: 1...1 << 24) }
        if let value = section["bytes"] { bytes = try value.bytes(in: 64 << 10...1 << 30) }
        if let value = section["interval"] { interval = try value.duration(inMilliseconds: 1...60_000) }
    }
}

extension LeatConfiguration.Verification {
    init(_ section: YAMLSection) throws {
        self.init()
        if let value = section["background"] { isInBackground = try value.onOff() }
        if let value = section["source-share"] { sourceShare = try value.share(in: 0.001...1) }
        if let value = section["interval"] { interval = try value.duration(inMilliseconds: 1_000...30 * 86_400_000) }
        if let value = section["warehouse-share"] { warehouseShare = try value.share(in: 0.001...1) }
        if let value = section["checksums"] { hasChecksums = try value.onOff() }
    }
}

extension LeatConfiguration.Console {
    init(_ section: YAMLSection) throws {
        self.init()
        if let value = section["listen"] { listen = try value.host(defaultPort: nil) }
    }
}
