import Foundation

extension LeatConfiguration {
    /// Reads and checks a configuration file.
    ///
    /// - Parameters:
    ///   - path: the file; errors name it as it is given here.
    ///   - environment: where `${NAME}` is looked up.
    ///   - supported: what this version does; values that ask for more are refused.
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
    package static func load(
        path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        supported: Set<Feature> = Feature.supported
    ) throws -> LeatConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(
                file: path,
                cause: FileManager.default.fileExists(atPath: path)
                    ? "the file cannot be read" : "there is no such file",
                remedy: "name the configuration with --config, or write one (docs/configuration.md has an example)"
            )
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(file: path, cause: "the file is not UTF-8", remedy: "write the file as UTF-8 text")
        }
        return try parse(text, path: path, environment: environment, supported: supported)
    }

    /// The same for a file's text. `password-file` is still read from disk.
    package static func parse(
        _ text: String,
        path: String,
        environment: [String: String],
        supported: Set<Feature> = Feature.supported
    ) throws -> LeatConfiguration {
        let document = YAMLDocument(file: path, environment: environment, supported: supported)
        let root = try YAMLSection(try document.root(of: text))
        let sources = try readSources(try YAMLSection(try root.required("sources"), childName: "name"))
        let warehouse = try YAMLSection(try root.required("warehouse"))
        if let redaction = root["redaction"] {
            throw redaction.error("redaction: not supported yet", remedy: "remove the section redaction:")
        }
        let configuration = LeatConfiguration(
            path: path,
            sources: sources.map(\.source),
            warehouse: try Warehouse(try YAMLSection(try warehouse.required("clickhouse"))),
            tables: try root["tables"].map { try readTables(try YAMLSection($0, childName: "table"), sources) } ?? [],
            batches: try root["batches"].map { try Batches(try YAMLSection($0)) } ?? Batches(),
            verification: try root["verification"].map { try Verification(try YAMLSection($0)) } ?? Verification(),
            console: try root["console"].map { try Console(try YAMLSection($0)) } ?? Console(),
            tracing: try root["tracing"].flatMap { try Tracing(try YAMLSection($0)) },
            log: try root["log"].map { try Log(try YAMLSection($0)) } ?? Log()
        )
        try checkTogether(sources)
        return configuration
    }

    /// A source with the place where it is defined.
    struct PlacedSource {
        let source: Source
        let place: YAMLValue
    }

    private static func readSources(_ section: YAMLSection) throws -> [PlacedSource] {
        guard !section.entries.isEmpty else {
            throw section.value.error(
                "there is no source",
                remedy: "add one: `shop: {mysql: {hosts: [...], user: ...}}`"
            )
        }
        return try section.entries.map { PlacedSource(source: try Source($0.name, $0.value), place: $0.key) }
    }

    private static func readTables(_ section: YAMLSection, _ sources: [PlacedSource]) throws -> [TableOptions] {
        try section.entries.map { name, key, value in
            guard let pattern = TablePattern(name), pattern.namesOneTable, !pattern.isExclusion else {
                throw key.error(
                    "'\(name)' does not name one table",
                    remedy: "write database.table, without wildcards; put a name that has a dot in backticks"
                )
            }
            let isFollowed = sources.contains { placed in
                guard case .mySQL(let mySQL) = placed.source.kind else { return false }
                return mySQL.tables.matches(database: pattern.database, table: pattern.table)
            }
            guard isFollowed else {
                throw key.error(
                    "no source follows this table, so its options would do nothing",
                    remedy: "add it to the tables: of its source, or remove it here"
                )
            }
            return try TableOptions(pattern, try YAMLSection(value))
        }
    }

    /// What only shows when several sources are checked together.
    private static func checkTogether(_ sources: [PlacedSource]) throws {
        var taken: [String: String] = [:]
        for placed in sources {
            for database in placed.source.knownWarehouseDatabases {
                if let other = taken[database] {
                    throw placed.place.error(
                        "this source and '\(other)' would share the ClickHouse database \(database)",
                        remedy: "give one of them a prefix: or a database: of its own"
                    )
                }
                taken[database] = placed.source.name
            }
        }
    }
}

extension LeatConfiguration.Source {
    /// The ClickHouse databases that the source will write to, as far as the file alone shows.
    var knownWarehouseDatabases: Set<String> {
        if case .database(let name) = naming { return [name] }
        switch kind {
        case .influxDB(let influx): return [warehouseDatabase(for: influx.database)]
        case .mySQL(let mySQL):
            let named = mySQL.tables.patterns.filter { !$0.isExclusion && $0.namesOneDatabase }
            return Set(named.map { warehouseDatabase(for: $0.database) })
        }
    }

    init(_ name: String, _ value: YAMLValue) throws {
        guard name.count <= 64,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        else {
            throw value.error(
                "a source's name has other characters",
                remedy: "use letters, digits, - and _, at most 64"
            )
        }
        let section = try YAMLSection(value)
        self.name = name
        switch (section["mysql"], section["influxdb"]) {
        case (let mySQL?, nil): kind = .mySQL(try LeatConfiguration.MySQL(try YAMLSection(mySQL)))
        case (nil, let influx?):
            kind = .influxDB(try LeatConfiguration.InfluxDB(try YAMLSection(influx)))
        case (nil, nil):
            throw value.error("the source is of no kind", remedy: "put a section mysql: or influxdb: into it")
        case (_?, let influx?):
            throw influx.error("a source is either mysql or influxdb", remedy: "make two sources of them")
        }
        if let value = section["objectives"] {
            objectives = try [LeatConfiguration.Objective](value, of: kind)
        } else {
            objectives = LeatConfiguration.Objective.defaults
        }
        switch (section["database"], section["prefix"]) {
        case (nil, nil): naming = .same
        case (let database?, nil):
            naming = .database(try database.databaseName())
            if case .mySQL(let mySQL) = kind {
                let included = mySQL.tables.patterns.filter { !$0.isExclusion }
                guard Set(included.map(\.database)).count == 1, included.allSatisfy(\.namesOneDatabase) else {
                    throw database.error(
                        "several databases of the source would end in one",
                        remedy: "name a single database in tables:, or use prefix: instead"
                    )
                }
            }
        case (nil, let prefix?): naming = .prefix(try prefix.databaseName())
        case (_?, let prefix?):
            throw prefix.error("there is a database: as well", remedy: "keep one of database: and prefix:")
        }
        for database in knownWarehouseDatabases where Self.reservedDatabases.contains(database.lowercased()) {
            throw value.error(
                "the ClickHouse database \(database) is not free for data",
                remedy: "give the source a prefix: or another database:"
            )
        }
    }

    /// Leat's own, and ClickHouse's.
    private static let reservedDatabases: Set<String> = ["leat", "system", "information_schema", "default"]
}

extension YAMLValue {
    /// A name, or the beginning of one, of a ClickHouse database.
    fileprivate func databaseName() throws -> String {
        let name = try nonEmptyText()
        guard name.count <= 128, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) else {
            throw error("this is not a name for a ClickHouse database", remedy: "use letters, digits, _ and -")
        }
        return name
    }
}
