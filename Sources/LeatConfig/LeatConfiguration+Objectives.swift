import Yams

extension LeatConfiguration {
    /// What a pipeline is held to: a condition that is checked about once a second, and the share of the checks that
    /// must be good.
    package struct Objective: Sendable, Hashable {
        /// What is promised, with its limit.
        package enum Kind: Sendable, Hashable {
            /// The warehouse is less than this behind the source.
            case freshness(below: Duration)
            /// No row is known to differ.
            case completeness
            /// Every table was compared as a whole within this time.
            case verifiedAge(below: Duration)
            /// At least this many rows of a table, `shop.orders`, change in this time.
            case volume(table: String, atLeast: Int, per: Duration)
            /// No table is quarantined.
            case schemaDrift
        }

        package var kind: Kind
        /// Above 0, at most 1.
        package var target: Double

        package init(_ kind: Kind, target: Double) {
            self.kind = kind
            self.target = target
        }

        /// Its name in metrics and in `leat status`.
        package var name: String {
            switch kind {
            case .freshness: "freshness"
            case .completeness: "completeness"
            case .verifiedAge: "verified-age"
            case .volume(let table, _, _): "volume:\(table)"
            case .schemaDrift: "schema-drift"
            }
        }

        static let freshness = Objective(.freshness(below: .seconds(60)), target: 0.999)
        static let completeness = Objective(.completeness, target: 0.999)
        /// What holds for a source that says nothing else.
        package static let defaults = [freshness, completeness]
    }
}

extension [LeatConfiguration.Objective] {
    /// Reads `objectives:`, which may lack any of its keys.
    init(_ value: YAMLValue, of kind: LeatConfiguration.Source.Kind) throws {
        let section = try YAMLSection(value)
        self = []
        func target(_ section: YAMLSection, _ otherwise: Double = 0.999) throws -> Double {
            try section["target"]?.share() ?? otherwise
        }
        if let freshness = section["freshness"] {
            if !freshness.isOff {
                let keys = try YAMLSection(freshness)
                let below = try keys["below"]?.duration(inMilliseconds: 100...604_800_000) ?? .seconds(60)
                append(.init(.freshness(below: below), target: try target(keys)))
            }
        } else {
            append(.freshness)
        }
        if let completeness = section["completeness"] {
            if !completeness.isOff {
                append(.init(.completeness, target: try target(try YAMLSection(completeness))))
            }
        } else {
            append(.completeness)
        }
        if let age = section["verified-age"], !age.isOff {
            guard case .mySQL = kind else {
                throw age.error(
                    "measurements are not verified in the background, so this would never be met",
                    remedy: "remove it; completeness covers every minute that is read, and leat verify compares them"
                )
            }
            let keys = try YAMLSection(age)
            let below = try keys["below"]?.duration(inMilliseconds: 60_000...31_536_000_000) ?? .seconds(86_400)
            append(.init(.verifiedAge(below: below), target: try target(keys, 0.99)))
        }
        if let drift = section["schema-drift"], !drift.isOff {
            append(.init(.schemaDrift, target: try target(try YAMLSection(drift), 1)))
        }
        for item in try section["volume"]?.list() ?? [] {
            let keys = try YAMLSection(item)
            let place = try keys.required("table")
            let table = try kind.followedTable(place)
            let per = try keys["per"]?.duration(inMilliseconds: 10_000...2_592_000_000) ?? .seconds(3600)
            let least = try keys["at-least"]?.integer(in: 1...1_000_000_000_000) ?? 1
            let objective = LeatConfiguration.Objective(
                .volume(table: table, atLeast: least, per: per),
                target: try target(keys, 0.99)
            )
            guard !contains(where: { $0.name == objective.name }) else {
                throw place.error("the volume of this table is named twice", remedy: "remove one of them")
            }
            append(objective)
        }
    }
}

extension LeatConfiguration.Source.Kind {
    /// Reads the name of a table or measurement that a source of this kind follows.
    fileprivate func followedTable(_ value: YAMLValue) throws -> String {
        let text = try value.nonEmptyText()
        guard let name = TablePattern(text), name.namesOneTable, !name.isExclusion else {
            throw value.error(
                "'\(text)' does not name one table",
                remedy: "write database.table, without wildcards; put a name that has a dot in backticks"
            )
        }
        let isFollowed =
            switch self {
            case .mySQL(let mySQL): mySQL.tables.matches(database: name.database, table: name.table)
            case .influxDB(let influx): influx.database == name.database
            }
        guard isFollowed else {
            throw value.error(
                "this source does not follow this table, so its volume would never be reached",
                remedy: "name a table of the source, or add this one to it"
            )
        }
        return name.tableName
    }
}

extension YAMLValue {
    fileprivate var isOff: Bool { node.scalar?.string == "off" }

    /// A share in percent, above 0, at most 100: `99.9%` is 0.999.
    fileprivate func share() throws -> Double {
        let text = try text()
        guard text.hasSuffix("%") else {
            throw error("a share in percent is expected here", remedy: "write it like 99.9%")
        }
        var digits = text.dropLast()
        while digits.last == " " { digits.removeLast() }
        // As one decimal number, so that 99.9% is the number that is nearest to 0.999.
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
            let share = Double("\(digits)e-2")
        else { throw error("a share in percent is expected here", remedy: "write it like 99.9%") }
        guard share > 0, share <= 1 else {
            throw error("\(text) is out of range", remedy: "give a share above 0% and at most 100%")
        }
        return share
    }
}
