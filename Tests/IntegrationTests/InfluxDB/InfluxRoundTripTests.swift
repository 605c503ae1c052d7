import InfluxClient
import InfluxProtocol
import NIOCore
import Testing

extension RealInfluxDB {
    /// What goes in through line protocol comes out of queries and streams.
    @Suite("InfluxDB gives back what was written")
    struct InfluxRoundTripTests {
        static let columns: [SeriesColumn] = [
            .time, .tag("site"), .tag("t ag=,"), .field("f", .float), .field("i", .integer), .field("b", .boolean),
            .field("s \"x\"=,", .string),
        ]

        /// One point for each row of ``expected``.
        static func lines() throws -> LineProtocolWriter {
            var writer = LineProtocolWriter()
            let nasty = try SeriesKey(
                measurement: "m, e=a\"s\\x",
                tags: [("site", "nörth, 1=2\\3"), ("t ag=,", "\"quoted\" '")]
            )
            let plain = try SeriesKey(measurement: "m, e=a\"s\\x", tags: [("site", "a")])
            let keys = try ["f", "i", "b", "s \"x\"=,"].map { name throws(LineProtocolWriterError) in
                try FieldKey(name)
            }
            writer.begin(nasty)
            writer.add(keys[0], 0.1 + 0.2)
            writer.add(keys[1], Int64.min)
            writer.add(keys[2], true)
            writer.add(keys[3], "a \"b\" \\ c\\\\\nnew\r\nline, x=y 😀\t")
            writer.end(time: 1)
            writer.begin(plain)
            writer.add(keys[0], -Double.greatestFiniteMagnitude)
            writer.add(keys[1], Int64.max)
            writer.add(keys[2], false)
            writer.add(keys[3], "")
            writer.end(time: 1_700_000_000_123_456_789)
            writer.begin(plain)
            writer.add(keys[0], Double.leastNormalMagnitude)
            writer.end(time: 1_700_000_000_123_456_790)
            writer.begin(plain)
            writer.add(keys[3], "null")
            writer.end(time: 1_700_000_000_123_456_791)
            return writer
        }

        static let expected: [[InfluxValue?]] = [
            [
                .integer(1), .string("nörth, 1=2\\3"), .string("\"quoted\" '"), .double(0.1 + 0.2), .integer(.min),
                .boolean(true), .string("a \"b\" \\ c\\\\\nnew\r\nline, x=y 😀\t"),
            ],
            [
                .integer(1_700_000_000_123_456_789), .string("a"), .string(""), .double(-.greatestFiniteMagnitude),
                .integer(.max), .boolean(false), .string(""),
            ],
            [
                .integer(1_700_000_000_123_456_790), .string("a"), .string(""), .double(.leastNormalMagnitude), nil,
                nil, nil,
            ],
            [
                .integer(1_700_000_000_123_456_791), .string("a"), .string(""), nil, nil, nil, .string("null"),
            ],
        ]

        @Test("every type, every escape, NULL and the empty string", arguments: [true, false])
        func everything(gzip: Bool) async throws {
            try await withInflux(database: "round \"trip\" \(gzip)") { client in
                try await client.write(try Self.lines().bytes, gzip: gzip)
                let from = "FROM " + InfluxQL.quote(identifier: "m, e=a\"s\\x")
                for format in [StreamFormat.automatic, .messagePack, .json] {
                    for grouping in ["", " GROUP BY *"] {
                        for chunkSize in [1, 2, 1000] {
                            let rows = InfluxRows()
                            let summary = try await client.stream(
                                "SELECT * \(from)\(grouping)",
                                columns: Self.columns,
                                chunkSize: chunkSize,
                                batchRows: 3,
                                format: format,
                                rows: rows
                            )
                            let sorted = rows.rows.sorted { ($0[0]?.integerValue ?? 0) < ($1[0]?.integerValue ?? 0) }
                            #expect(sorted == Self.expected, "\(format)\(grouping) \(chunkSize)")
                            #expect(summary.rows == 4)
                            #expect(summary.format == (format == .json ? .json : .messagePack))
                        }
                    }
                }
                let small = try await client.query("SELECT \(InfluxQL.quote(identifier: "s \"x\"=,")), i \(from)")
                #expect(small.series.first?.columns == ["time", "s \"x\"=,", "i"])
                #expect(small.series.first?.values.first == [.integer(1), Self.expected[0][6], .integer(.min)])
                #expect(small.series.first?.column("i") == [.integer(.min), .integer(.max), nil])
            }
        }

        @Test("CSV gives the same where no string field makes it ambiguous")
        func csv() async throws {
            try await withInflux(database: "csv") { client in
                try await client.write(
                    ByteBuffer(string: "m,a=x\\,y f=0.5,i=3i,b=t 1\nm,b=z f=1e300 2\nm,b=z i=-7i 3\n")
                )
                let columns: [SeriesColumn] = [
                    .time, .tag("a"), .tag("b_1"), .field("f", .float), .field("i", .integer), .field("b", .boolean),
                ]
                let rows = InfluxRows()
                let summary = try await client.stream("SELECT * FROM m", columns: columns, format: .csv, rows: rows)
                #expect(summary.format == .csv)
                #expect(
                    rows.rows == [
                        [.integer(1), .string("x,y"), .string(""), .double(0.5), .integer(3), .boolean(true)],
                        [.integer(2), .string(""), .string("z"), .double(1e300), nil, nil],
                        [.integer(3), .string(""), .string("z"), nil, .integer(-7), nil],
                    ]
                )
                let none = try await client.stream(
                    "SELECT * FROM nothing",
                    columns: columns,
                    format: .csv,
                    rows: InfluxRows()
                )
                #expect(none.rows == 0)
            }
        }

        @Test("timestamps in every precision", arguments: TimePrecision.allCases)
        func precisions(precision: TimePrecision) async throws {
            try await withInflux(database: "precision \(precision)") { client in
                try await client.write(ByteBuffer(string: "m f=1 7\n"), precision: precision)
                let rows = InfluxRows()
                try await client.stream("SELECT f FROM m", columns: [.time, .field("f", .float)], rows: rows)
                #expect(rows.rows == [[.integer(7 * precision.nanosecondsPerUnit), .double(1)]])
            }
        }

        @Test("a retention policy other than the default one")
        func retentionPolicy() async throws {
            try await withInflux(database: "policies") { client in
                try await client.query(
                    "CREATE RETENTION POLICY \"long er\" ON \"policies\" DURATION 520w REPLICATION 1"
                )
                try await client.write(ByteBuffer(string: "m f=1"), retentionPolicy: "long er")
                let found = try await client.query("SELECT count(f) FROM \"long er\".m; SELECT count(f) FROM m")
                #expect(found.statements.map { $0.series.first?.column("count") } == [[.integer(1)], nil])
            }
        }

        @Test("what the parser makes of a line is what the server stores")
        func parserAgrees() async throws {
            let lines = [
                #"a,t=x\ y f=1.,g=.5,h=-.5e+7,i=-0i,j=True,k=F,l="" 1"#, #"a f=1,f=2,f=3 2"#,
                #"a,back=c:\\dir\x s="q\"q \\ \n" 3"#, "a,z=1,b=2 f=1e-400 4", "a s=\"x\ny\" 5", "\t a  f=7   6  ",
            ]
            try await withInflux(database: "parser") { client in
                try await client.write(ByteBuffer(string: lines.joined(separator: "\n") + "\n"))
                let result = try await client.query("SELECT * FROM a")
                let columns = result.series.first?.columns ?? []
                let parser = LineProtocolParser()
                var points = 0
                Array((lines.joined(separator: "\n") + "\n").utf8).withUnsafeBytes { bytes in
                    parser.parse(bytes) { point in
                        let row = result.series.first?.values.first { $0.first == .integer(point.time ?? -1) } ?? []
                        var stored: [String: InfluxValue] = [:]
                        for (name, value) in zip(columns, row) { if let value, name != "time" { stored[name] = value } }
                        var read: [String: InfluxValue] = [:]
                        for tag in point.tags {
                            let value = String(decoding: tag.value, as: UTF8.self)
                            read[String(decoding: tag.key, as: UTF8.self)] = .string(value)
                        }
                        for field in point.fields {
                            var value = field.value.copy
                            // JSON writes a float without fraction as an integer.
                            if case .double(let double) = value, let whole = Int64(exactly: double) {
                                value = .integer(whole)
                            }
                            read[String(decoding: field.key, as: UTF8.self)] = value
                        }
                        #expect(read == stored)
                        points += 1
                    } malformed: { error in
                        Issue.record("\(error)")
                    }
                }
                #expect(points == lines.count)
            }
        }
    }
}
