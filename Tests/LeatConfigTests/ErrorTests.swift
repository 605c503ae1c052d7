import LeatConfig
import Testing

/// A wrong file and what must be said about it.
struct WrongFile: CustomTestStringConvertible, Sendable {
    let text: String
    let place: String
    let cause: String
    let remedy: String
    var supported = Set(Feature.allCases)
    var testDescription: String { cause }

    init(
        _ text: String,
        _ place: String,
        _ cause: String,
        _ remedy: String,
        supported: Set<Feature> = Set(Feature.allCases)
    ) {
        self.text = text
        self.place = place
        self.cause = cause
        self.remedy = remedy
        self.supported = supported
    }
}

private let warehouse = "warehouse: {clickhouse: {url: \"http://h\"}}\n"

/// A file with these lines in its MySQL section, from line 4 on.
private func mysql(_ lines: String...) -> String {
    "sources:\n  shop:\n    mysql:\n" + lines.map { "      \($0)\n" }.joined() + warehouse
}

/// A valid file and these lines after it, from line 4 on.
private func top(_ lines: String...) -> String {
    "sources:\n  shop: {mysql: {hosts: [h], user: u, tables: [\"shop.*\"]}}\n" + warehouse
        + lines.map { "\($0)\n" }.joined()
}

private func source(_ text: String) -> String { "sources:\n  shop: \(text)\n" + warehouse }

@Suite("What is wrong in leat.yaml")
struct ErrorTests {
    static let files: [WrongFile] = [
        .init("", "leat.yaml", "the file is empty", "write `sources:`"),
        .init("# nothing\n", "leat.yaml", "the file is empty", "write `sources:`"),
        .init("- a\n", "leat.yaml:1:1", "the file is not a section", "start it with `sources:`"),
        .init("a: [\n", "leat.yaml:2:1", "this is not YAML", "indent with spaces"),
        .init("sources: {}\nsources: {}\n", "leat.yaml:1:1", "a key twice: sources", "keep one"),
        .init("sources: {}\n", "leat.yaml:1:10: sources", "there is no source", "add one"),
        .init("warehouse: {}\n", "leat.yaml:1:1: sources", "the key is missing", "expected: section"),
        .init("sources:\n" + warehouse, "leat.yaml:1:1: sources", "the value is missing", "expected: section"),
        .init(top("sorces: 1"), "leat.yaml:4:1: sorces", "unknown key 'sorces'", "did you mean 'sources'?"),
        .init(
            top("frobnicate: 1"),
            "leat.yaml:4:1: frobnicate",
            "unknown key 'frobnicate'",
            "known here: sources, warehouse"
        ),
        .init(
            mysql("hosts: [h]", "usr: x"),
            "leat.yaml:5:7: sources.shop.mysql.usr",
            "unknown key 'usr'",
            "did you mean 'user'?"
        ),
        .init(mysql("hosts: [h]"), "leat.yaml:4:7: sources.shop.mysql.user", "the key is missing", "expected: text"),
        .init(
            mysql("hosts: [h]", "user:"),
            "leat.yaml:5:7: sources.shop.mysql.user",
            "the value is missing",
            "expected: text"
        ),
        .init(
            mysql("hosts: [h]", "user: \"\""),
            "leat.yaml:5:13: sources.shop.mysql.user",
            "the value is empty",
            "expected: text"
        ),
        .init(
            mysql("hosts: h", "user: u"),
            "leat.yaml:4:14: sources.shop.mysql.hosts",
            "a list is expected",
            "write it like [a, b]"
        ),
        .init(
            mysql("hosts: []", "user: u"),
            "leat.yaml:4:14: sources.shop.mysql.hosts",
            "the list is empty",
            "host:port"
        ),
        .init(
            mysql("hosts: [h, h:3306]", "user: u"),
            "leat.yaml:4:18: sources.shop.mysql.hosts[1]",
            "named twice",
            "remove one"
        ),
        .init(
            mysql("hosts: [\"h:0\"]", "user: u"),
            "leat.yaml:4:15: sources.shop.mysql.hosts[0]",
            "not a host or host:port",
            "127.0.0.1:3306"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "tls-ca: ca.pem"),
            "leat.yaml:6:15: sources.shop.mysql.tls-ca",
            "tls: preferred checks no certificate",
            "verify-full"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "tls: verify-ca", "tls-ca: /nowhere/ca.pem"),
            "leat.yaml:7:15: sources.shop.mysql.tls-ca",
            "cannot read /nowhere/ca.pem",
            "create the file"
        ),
        .init(
            mysql("hosts: [h]", "user: [u]"),
            "leat.yaml:5:13: sources.shop.mysql.user",
            "a single value is expected here, not a list",
            "text"
        ),
        .init(mysql("hosts: [h]", "user: {a: b}"), "leat.yaml:5:13: sources.shop.mysql.user", "not a section", "text"),
        .init(
            mysql("hosts: [h]", "user: u", "tls: require"),
            "leat.yaml:6:12: sources.shop.mysql.tls",
            "'require' is not one of disabled, preferred, required",
            "did you mean 'required'?"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "password: ${NOPE}"),
            "leat.yaml:6:17: sources.shop.mysql.password",
            "the environment variable NOPE is not set",
            "export NOPE="
        ),
        .init(
            mysql("hosts: [h]", "user: u", "password: \"a${B\""),
            "leat.yaml:6:17: sources.shop.mysql.password",
            "`${` without `}`",
            "write ${NAME}"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "password: \"${a b}\""),
            "leat.yaml:6:17: sources.shop.mysql.password",
            "not the name of an environment variable",
            "write ${NAME}"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "password: x", "password-file: y"),
            "leat.yaml:7:22: sources.shop.mysql.password-file",
            "there is a password: as well",
            "keep one"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "tables: [shop]"),
            "leat.yaml:6:16: sources.shop.mysql.tables[0]",
            "'shop' is not a table pattern",
            "database.table"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "tables: [\"mysql.user\"]"),
            "leat.yaml:6:16: sources.shop.mysql.tables[0]",
            "never replicated",
            "remove this pattern"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "tables: [\"!a.b\"]"),
            "leat.yaml:6:15: sources.shop.mysql.tables",
            "only excludes",
            "add \"*.*\""
        ),
        .init(
            mysql("hosts: [h]", "user: u", "snapshot: {connections: 65}"),
            "leat.yaml:6:31: sources.shop.mysql.snapshot.connections",
            "65 is out of range",
            "from 1 to 64"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "snapshot: {connections: four}"),
            "leat.yaml:6:31: sources.shop.mysql.snapshot.connections",
            "a whole number is expected",
            "number 1 to 64"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "snapshot: 4"),
            "leat.yaml:6:17: sources.shop.mysql.snapshot",
            "a section is expected",
            "indented"
        ),
        .init(
            mysql("hosts: [h]", "user: u", "heartbeat: {host: h, table: \"a.*\"}"),
            "leat.yaml:6:35: sources.shop.mysql.heartbeat.table",
            "does not name one table",
            "database.table"
        ),
        .init(source("{}"), "leat.yaml:2:9: sources.shop", "of no kind", "mysql: or influxdb:"),
        .init(
            source("{mysql: {hosts: [h], user: u}, influxdb: {url: \"http://h\", database: d}}"),
            "leat.yaml:2:50: sources.shop.influxdb",
            "either mysql or influxdb",
            "two sources"
        ),
        .init(
            source("{database: a, mysql: {hosts: [h], user: u}}"),
            "leat.yaml:2:20: sources.shop.database",
            "several databases of the source would end in one",
            "prefix:"
        ),
        .init(
            source("{database: a, prefix: b, mysql: {hosts: [h], user: u, tables: [\"a.*\"]}}"),
            "leat.yaml:2:31: sources.shop.prefix",
            "there is a database: as well",
            "keep one"
        ),
        .init(
            source("{prefix: \"a.b\", mysql: {hosts: [h], user: u}}"),
            "leat.yaml:2:18: sources.shop.prefix",
            "not a name for a ClickHouse database",
            "letters"
        ),
        .init(
            source("{mysql: {hosts: [h], user: u, tables: [\"leat.*\"]}}"),
            "leat.yaml:2:9: sources.shop",
            "the ClickHouse database leat is not free",
            "prefix:"
        ),
        .init(
            "sources:\n  \"a b\": {mysql: {hosts: [h], user: u}}\n" + warehouse,
            "leat.yaml:2:10: sources.a b",
            "a source's name has other characters",
            "letters"
        ),
        .init(
            "sources:\n  a: {mysql: {hosts: [h], user: u, tables: [\"shop.*\"]}}\n  b: {mysql: {hosts: [i], user: u, tables: [\"shop.x\"]}}\n"
                + warehouse,
            "leat.yaml:3:3: sources.b",
            "'a' would share the ClickHouse database shop",
            "prefix:"
        ),
        .init(
            "sources:\n  a: {influxdb: {url: \"http://h\", database: d, lookback: 5}}\n" + warehouse,
            "leat.yaml:2:58: sources.a.influxdb.lookback",
            "a duration is expected",
            "500ms"
        ),
        .init(
            "sources:\n  a: {influxdb: {url: \"http://h\", database: d, on-delete: drop}}\n" + warehouse,
            "leat.yaml:2:59: sources.a.influxdb.on-delete",
            "not one of keep, mirror",
            "expected: keep, mirror"
        ),
        .init(
            "sources:\n  a: {influxdb: {url: \"http://h\", database: d, listen: \"h:99999\"}}\n" + warehouse,
            "leat.yaml:2:56: sources.a.influxdb.listen",
            "not a host",
            "127.0.0.1"
        ),
        .init(
            "sources:\n  a: {influxdb: {url: \"http://h\", database: d, ttl: 5s}}\n" + warehouse,
            "leat.yaml:2:53: sources.a.influxdb.ttl",
            "out of range",
            "1h"
        ),
        .init(
            "sources:\n  a: {influxdb: {url: \"http://h\", database: d, lookback: 31d}}\n" + warehouse,
            "leat.yaml:2:58: sources.a.influxdb.lookback",
            "out of range",
            "from 1s to 30d"
        ),
        .init(
            "sources:\n  a: {mysql: {hosts: [h], user: u}}\nwarehouse: {clickhouse: {url: \"ftp://h\"}}\n",
            "leat.yaml:3:31: warehouse.clickhouse.url",
            "not an http or https address",
            "http://"
        ),
        .init(
            "sources:\n  a: {mysql: {hosts: [h], user: u}}\nwarehouse: {clickhouse: {url: \"http://u:hidden@h\"}}\n",
            "leat.yaml:3:31: warehouse.clickhouse.url",
            "would be logged",
            "user: and password:"
        ),
        .init(
            "sources:\n  a: {mysql: {hosts: [h], user: u}}\nwarehouse: {clickhouse: {url: \"http://h/?x=y\"}}\n",
            "leat.yaml:3:31: warehouse.clickhouse.url",
            "more than scheme, host and port",
            "http://"
        ),
        .init(
            top("tables:", "  \"shop.*\": {dates: error}"),
            "leat.yaml:5:3: tables.shop.*",
            "does not name one table",
            "without wildcards"
        ),
        .init(
            top("tables:", "  other.t: {dates: error}"),
            "leat.yaml:5:3: tables.other.t",
            "no source follows this table",
            "remove it"
        ),
        .init(
            top("tables:", "  shop.t: {dates: nul}"),
            "leat.yaml:5:19: tables.shop.t.dates",
            "'nul' is not one of text, error, null",
            "did you mean 'null'?"
        ),
        .init(
            top("tables:", "  shop.t: {history: maybe}"),
            "leat.yaml:5:21: tables.shop.t.history",
            "on or off",
            "on, off"
        ),
        .init(
            top("tables:", "  shop.t: {order-by: [a, a]}"),
            "leat.yaml:5:26: tables.shop.t.order-by[1]",
            "named twice",
            "remove one"
        ),
        .init(
            top("tables:", "  shop.t: {partition: x}"),
            "leat.yaml:5:12: tables.shop.t.partition",
            "unknown key",
            "known here: order-by"
        ),
        .init(
            top("tables:", "  shop.t: {columns: {email: {redact: hmac}}}"),
            "leat.yaml:5:38: tables.shop.t.columns.email.redact",
            "redaction: not supported yet",
            "exclude the table"
        ),
        .init(top("redaction: {key: x}"), "leat.yaml:4:12: redaction", "redaction: not supported yet", "remove"),
        .init(top("batches: {bytes: 1KiB}"), "leat.yaml:4:18: batches.bytes", "out of range", "from 64KiB to 1GiB"),
        .init(top("batches: {bytes: lots}"), "leat.yaml:4:18: batches.bytes", "a size is expected", "32MiB"),
        .init(
            top("batches: {bytes: 9999999999999GiB}"),
            "leat.yaml:4:18: batches.bytes",
            "a size is expected",
            "32MiB"
        ),
        .init(top("batches: {rows: 16777217}"), "leat.yaml:4:17: batches.rows", "out of range", "to 16777216"),
        .init(top("batches: {interval: 0ms}"), "leat.yaml:4:21: batches.interval", "out of range", "from 1ms to 1m"),
        .init(
            top("console: {listen: 127.0.0.1}"),
            "leat.yaml:4:19: console.listen",
            "not a host:port",
            "127.0.0.1:18080"
        ),
        .init(top("? [a]", ": b"), "leat.yaml:4:3", "a key must be a name", "name: value"),
    ]

    static let unsupported: [WrongFile] = [
        .init(
            mysql("hosts: [h]", "user: u", "heartbeat: {host: h, table: a.b}"),
            "leat.yaml:6:18: sources.shop.mysql.heartbeat",
            "not supported yet",
            "remove heartbeat:",
            supported: []
        ),
        .init(
            mysql("hosts: [h]", "user: u", "snapshot: {rows-per-second: 5}"),
            "leat.yaml:6:35: sources.shop.mysql.snapshot.rows-per-second",
            "not supported yet",
            "unlimited",
            supported: []
        ),
        .init(
            "sources:\n  a: {mysql: {hosts: [h], user: u}}\nwarehouse: {clickhouse: {url: \"http://h\", cluster: c}}\n",
            "leat.yaml:3:52: warehouse.clickhouse.cluster",
            "not supported yet",
            "remove cluster:",
            supported: []
        ),
        .init(
            "sources:\n  a: {mysql: {hosts: [h], user: u}}\nwarehouse: {clickhouse: {url: \"http://h\", durability: relaxed}}\n",
            "leat.yaml:3:55: warehouse.clickhouse.durability",
            "not supported yet",
            "strict",
            supported: []
        ),
        .init(
            top("tables: {shop.t: {history: on}}"),
            "leat.yaml:4:28: tables.shop.t.history",
            "not supported yet",
            "history: off",
            supported: []
        ),
        .init(
            top("tables: {shop.t: {dates: \"null\"}}"),
            "leat.yaml:4:26: tables.shop.t.dates",
            "not supported yet",
            "dates: error",
            supported: []
        ),
        .init(
            top("tables: {shop.t: {on-drop: drop}}"),
            "leat.yaml:4:28: tables.shop.t.on-drop",
            "not supported yet",
            "on-drop: keep",
            supported: []
        ),
        .init(
            top("tables: {shop.t: {order-by: [a]}}"),
            "leat.yaml:4:29: tables.shop.t.order-by",
            "not supported yet",
            "remove order-by:",
            supported: []
        ),
    ]

    @Test("is said with place, cause and remedy", arguments: files + unsupported)
    func says(_ wrong: WrongFile) throws {
        let error = try #require(failure(wrong.text, supported: wrong.supported), "nothing was found wrong")
        let place = error.keyPath.isEmpty ? error.place : "\(error.place): \(error.keyPath)"
        #expect(place == wrong.place)
        #expect(error.cause.contains(wrong.cause), "\(error.cause)")
        #expect(error.remedy.contains(wrong.remedy), "\(error.remedy)")
    }

    @Test("every feature that can be missing is refused when it is")
    func everyFeature() {
        let named = Set(Self.unsupported.compactMap { wrong in failure(wrong.text, supported: []) }.map(\.cause))
        for feature in Feature.allCases {
            #expect(named.contains("\(feature.rawValue): not supported yet"))
        }
    }

    @Test("what is off, or the default, is not refused")
    func harmlessValues() throws {
        let text = top("tables: {shop.t: {history: off, dates: error, on-drop: keep, order-by: null}}")
        _ = try parse(text, supported: [])
        _ = try parse(
            mysql("hosts: [h]", "user: u", "heartbeat: null", "snapshot: {rows-per-second: unlimited}"),
            supported: []
        )
    }

    @Test("no error shows a password, not even that of a file that is no YAML")
    func noSecrets() {
        let texts = [
            mysql("hosts: [h]", "password: pa55word", "user: [u"),
            mysql("hosts: [h]", "user: u", "password: [pa55word]"),
            mysql("hosts: [h]", "user: u", "password: pa55word", "password-file: x"),
            mysql("hosts: [h]", "user: u", "password: \"pa55word${X\""),
            mysql("hosts: [h]", "user: u", "password: \"pa55word\\x\""),
        ]
        for text in texts {
            let error = failure(text)
            #expect(error != nil)
            #expect(error?.description.contains("pa55word") == false)
        }
    }

    @Test("the printed form has the cause on the first line and the remedy on the second")
    func printed() {
        #expect(
            failure(mysql("hosts: [h]", "user: u", "tls: require"))?.description
                == """
                leat.yaml:6:12: sources.shop.mysql.tls: 'require' is not one of disabled, preferred, required, verify-ca, \
                verify-full
                  fix: did you mean 'required'?
                """
        )
    }
}
