import LeatConfig
import Testing

/// A right file with these lines in its source, from line 3 on.
private func shop(_ lines: String...) -> String {
    "sources:\n  shop:\n" + lines.map { "    \($0)\n" }.joined()
        + "    mysql: {hosts: [h], user: u, tables: [\"shop.*\", \"!shop.secret\"]}\n"
        + "warehouse: {clickhouse: {url: \"http://h\"}}\n"
}

@Suite("objectives: in leat.yaml")
struct ObjectivesTests {
    typealias Objective = LeatConfiguration.Objective

    private func objectives(_ lines: String...) throws -> [Objective] {
        let text = shop(lines.joined(separator: "\n    "))
        return try parse(text).sources[0].objectives
    }

    @Test("freshness and completeness hold unless they are off")
    func defaults() throws {
        let both = [Objective(.freshness(below: .seconds(60)), target: 0.999), Objective(.completeness, target: 0.999)]
        #expect(try objectives("prefix: p_") == both)
        #expect(try objectives("objectives:") == both)
        #expect(try objectives("objectives: {freshness: {}}") == both)
        #expect(try objectives("objectives: {freshness: off, completeness: off}") == [])
    }

    @Test("everything that can be wanted")
    func all() throws {
        let found = try objectives(
            "objectives:",
            "  freshness: {below: 5s, target: 99.95%}",
            "  completeness: {target: 100%}",
            "  verified-age: {}",
            "  schema-drift: {}",
            "  volume:",
            "    - {table: shop.orders, per: 10m, at-least: 50, target: 95 %}",
            "    - table: shop.`odd.name`"
        )
        #expect(
            found == [
                Objective(.freshness(below: .seconds(5)), target: 0.9995), Objective(.completeness, target: 1),
                Objective(.verifiedAge(below: .seconds(86_400)), target: 0.99), Objective(.schemaDrift, target: 1),
                Objective(.volume(table: "shop.orders", atLeast: 50, per: .seconds(600)), target: 0.95),
                Objective(.volume(table: "shop.odd.name", atLeast: 1, per: .seconds(3600)), target: 0.99),
            ]
        )
        #expect(
            found.map(\.name) == [
                "freshness", "completeness", "verified-age", "schema-drift", "volume:shop.orders",
                "volume:shop.odd.name",
            ]
        )
    }

    @Test(
        "what is wrong is said with line and key",
        arguments: [
            WrongFile(
                shop("objectives: {freshnes: off}"),
                "leat.yaml:3:18: sources.shop.objectives.freshnes",
                "unknown key 'freshnes'",
                "did you mean 'freshness'?"
            ),
            WrongFile(
                shop("objectives:", "  freshness: {below: 5}"),
                "leat.yaml:4:26: sources.shop.objectives.freshness.below",
                "a duration is expected here",
                "write it like 500ms"
            ),
            WrongFile(
                shop("objectives:", "  freshness: on"),
                "leat.yaml:4:18: sources.shop.objectives.freshness",
                "a section is expected here",
                "write its keys indented"
            ),
            WrongFile(
                shop("objectives:", "  completeness: {target: 0.999}"),
                "leat.yaml:4:30: sources.shop.objectives.completeness.target",
                "a share in percent is expected here",
                "write it like 99.9%"
            ),
            WrongFile(
                shop("objectives:", "  schema-drift: {target: 101%}"),
                "leat.yaml:4:30: sources.shop.objectives.schema-drift.target",
                "101% is out of range",
                "above 0% and at most 100%"
            ),
            WrongFile(
                shop("objectives:", "  verified-age: {below: 1s}"),
                "leat.yaml:4:29: sources.shop.objectives.verified-age.below",
                "this duration is out of range",
                "from 1m to 365d"
            ),
            WrongFile(
                """
                sources:
                  iot:
                    influxdb: {url: "http://127.0.0.1:8086", database: iot, user: u, password: p}
                    objectives: {verified-age: {below: 1h}}
                warehouse: {clickhouse: {url: "http://127.0.0.1:8123", user: u, password: p}}
                """,
                "leat.yaml:4:32: sources.iot.objectives.verified-age",
                "measurements are not verified in the background",
                "remove it"
            ),
            WrongFile(
                shop("objectives:", "  volume: [{per: 1h}]"),
                "leat.yaml:4:16: sources.shop.objectives.volume[0].table",
                "the key is missing",
                "expected: database.table"
            ),
            WrongFile(
                shop("objectives:", "  volume: [{table: shop.*}]"),
                "leat.yaml:4:24: sources.shop.objectives.volume[0].table",
                "'shop.*' does not name one table",
                "without wildcards"
            ),
            WrongFile(
                shop("objectives:", "  volume: [{table: shop.secret}]"),
                "leat.yaml:4:24: sources.shop.objectives.volume[0].table",
                "this source does not follow this table",
                "name a table of the source"
            ),
            WrongFile(
                shop("objectives:", "  volume:", "    - {table: shop.a}", "    - {table: shop.a}"),
                "leat.yaml:6:19: sources.shop.objectives.volume[1].table",
                "the volume of this table is named twice",
                "remove one of them"
            ),
        ]
    )
    func wrong(_ file: WrongFile) throws {
        let error = try #require(failure(file.text))
        #expect(error.description.hasPrefix(file.place), "\(error)")
        #expect(error.cause.contains(file.cause), "\(error)")
        #expect(error.remedy.contains(file.remedy), "\(error)")
    }
}
