import ColumnarBytes
import InfluxProtocol
import Testing

@Suite("The line protocol parser")
struct LineProtocolParserTests {
    @Test("reads measurement, tags, fields of every type and the time")
    func everything() {
        let parsed = parse(
            #"readings,site=north,device_id=d-1 t=21.5,n=-3i,u=18446744073709551615u,on=true,s="a b" 1700000000000000001"#
        )
        #expect(parsed.errors.isEmpty)
        #expect(
            parsed.points == [
                Point(
                    measurement: "readings",
                    tags: ["site": "north", "device_id": "d-1"],
                    fields: [
                        "t": .double(21.5), "n": .integer(-3), "u": .unsigned(.max), "on": .boolean(true),
                        "s": .string("a b"),
                    ],
                    time: 1_700_000_000_000_000_001
                )
            ]
        )
    }

    @Test(
        "reads numbers and booleans as the server does",
        arguments: [
            ("1", .double(1)), ("1.", .double(1)), (".5", .double(0.5)), ("-.5", .double(-0.5)), ("-0", .double(-0.0)),
            ("1e5", .double(1e5)), ("1.E-5", .double(1e-5)), ("1e+300", .double(1e300)), ("1e-400", .double(0)),
            ("0.1", .double(0.1)), ("123456789012345678901234567890", .double(1.2345678901234568e29)),
            ("2.2250738585072011e-308", .double(Double.leastNormalMagnitude.nextDown)),
            ("4.9e-324", .double(.leastNonzeroMagnitude)),
            ("9007199254740993", .double(9007199254740992)), ("0.30000000000000004", .double(0.30000000000000004)),
            ("1.7976931348623157e308", .double(1.7976931348623157e308)), ("0e999999999999999999999", .double(0)),
            ("1e00000000000000000000000022", .double(1e22)), ("00000000000000000000000000001.5", .double(1.5)),
            ("0i", .integer(0)), ("-9223372036854775808i", .integer(.min)), ("9223372036854775807i", .integer(.max)),
            ("007i", .integer(7)), ("0u", .unsigned(0)), ("t", .boolean(true)), ("True", .boolean(true)),
            ("TRUE", .boolean(true)), ("f", .boolean(false)), ("false", .boolean(false)), ("F", .boolean(false)),
            (#""""#, .string("")), (#""a\"b\\c\d,=""#, .string(#"a"b\c\d,="#)),
            ("\"line\nfeed\"", .string("line\nfeed")),
        ] as [(String, InfluxValue)]
    )
    func value(text: String, expected: InfluxValue) {
        let parsed = parse("m f=\(text) 1")
        #expect(parsed.errors.isEmpty)
        #expect(parsed.points.first?.fields["f"] == expected)
        if case .double(let value) = expected, case .double(let read)? = parsed.points.first?.fields["f"] {
            #expect(value.bitPattern == read.bitPattern)
        }
    }

    @Test("takes escapes in names and tags for what the vendor says")
    func escapes() {
        let parsed = parse(#"my\ meas\,ure=ment,tag\ key\=\,=va\ lu\,e\=\x,b=c\\d fi\ eld\=\,="str\"ing" 1"#)
        #expect(parsed.errors.isEmpty)
        #expect(parsed.points.first?.measurement == "my meas,ure=ment")
        #expect(parsed.points.first?.tags == ["tag key=,": #"va lu,e=\x"#, "b": #"c\\d"#])
        #expect(parsed.points.first?.fields == ["fi eld=,": .string(#"str"ing"#)])
    }

    @Test(
        "names what is wrong with a line, where, and keeps the others",
        arguments: [
            (",a=b f=1", 1, .missingMeasurement), ("m", 2, .missingFields), ("m,a=b", 6, .missingFields),
            ("m ", 3, .missingFields), ("m,=b f=1", 3, .missingTagKey), ("m,,a=b f=1", 3, .missingTagKey),
            ("m,a f=1", 4, .missingTagValue), ("m,a= f=1", 5, .missingTagValue), ("m,a=b=c f=1", 6, .invalidTag),
            ("m,a=b,a=c f=1", 7, .duplicateTag), ("m =1", 3, .missingFieldKey), ("m f=1,=2", 7, .missingFieldKey),
            ("m f", 4, .invalidField), ("m f,g=1", 4, .invalidField), ("m f=", 5, .missingFieldValue),
            ("m f=,g=1", 5, .missingFieldValue), ("m f= 1", 5, .missingFieldValue), ("m f=1x", 5, .invalidNumber),
            ("m f=-", 5, .invalidNumber), ("m f=.", 5, .invalidNumber), ("m f=1.2.3", 5, .invalidNumber),
            ("m f=1e", 5, .invalidNumber), ("m f=NaN", 5, .invalidNumber), ("m f=+1", 5, .invalidNumber),
            ("m f=1.5i", 5, .invalidNumber), ("m f=-1u", 5, .invalidNumber), ("m f=i", 5, .invalidBoolean),
            ("m f=9223372036854775808i", 5, .outOfRange), ("m f=18446744073709551616u", 5, .outOfRange),
            ("m f=1e400", 5, .outOfRange), ("m f=maybe", 5, .invalidBoolean), ("m f=tru", 5, .invalidBoolean),
            ("m f=truely", 5, .invalidBoolean), (#"m f="a"#, 5, .unbalancedQuotes),
            (#"m f="a"b 1"#, 8, .textAfterString), ("m f=1 now", 7, .badTimestamp), ("m f=1 -", 7, .badTimestamp),
            ("m f=1 1.5", 8, .badTimestamp), ("m f=1 1 2", 9, .textAfterTime),
            ("m f=1 9223372036854775807", 7, .timeOutOfRange), ("m f=1 99999999999999999999", 7, .timeOutOfRange),
        ] as [(String, Int, LineProtocolError.Reason)]
    )
    func malformed(line: String, column: Int, reason: LineProtocolError.Reason) {
        let parsed = parse("ok f=1 1\n# comment\n\(line)\nok f=2 2\nok f=3 3")
        #expect(parsed.errors.map(\.line) == [3])
        #expect(parsed.errors.map(\.column) == [column])
        #expect(parsed.errors.map(\.reason) == [reason])
        #expect(parsed.points.map(\.line) == [1, 4, 5])
        #expect(parsed.points.map(\.time) == [1, 2, 3])
    }

    @Test("keeps the lines after a stray quote and counts the line feeds in strings")
    func recovery() {
        let parsed = parse("a f=1\"x 1\nb f=\"one\ntwo\" 2\nc,x y=\"3\n4\" z\nd f=1 4\ne f=\"\nf f=1 5\n")
        #expect(parsed.errors.map(\.line) == [1, 4, 7])
        #expect(parsed.points.map(\.measurement) == ["b", "d", "f"])
        #expect(parsed.points.map(\.line) == [2, 6, 8])
    }

    @Test("takes CRLF, blank lines, comments, leading white space and an absent last line feed")
    func lineEnds() {
        let parsed = parse(
            "\r\n\n# a \"comment\r\n  \t m f=1 1\r\nm f=\"x\r\ny\" 2\r\n\nm f=t\r\n   m f=2i  4   \r\n\u{0} \nm f=3"
        )
        #expect(parsed.errors.isEmpty)
        #expect(parsed.points.map(\.time) == [1, 2, nil, 4, nil])
        #expect(parsed.points.map(\.line) == [4, 5, 8, 9, 11])
        #expect(parsed.points[1].fields == ["f": .string("x\r\ny")])
    }

    @Test(
        "reads timestamps in every precision, within InfluxDB's range",
        arguments: [
            (.nanoseconds, "-9223372036854775806", -9_223_372_036_854_775_806),
            (.nanoseconds, "-9223372036854775807", nil), (.microseconds, "1", 1000),
            (.milliseconds, "-1", -1_000_000), (.seconds, "9223372036", 9_223_372_036_000_000_000),
            (.seconds, "9223372037", nil), (.minutes, "1", 60_000_000_000), (.hours, "1", 3_600_000_000_000),
        ] as [(TimePrecision, String, Int64?)]
    )
    func times(precision: TimePrecision, text: String, expected: Int64?) {
        let parsed = parse("m f=1 \(text)", precision: precision)
        #expect(parsed.points.first?.time == expected)
        #expect(parsed.errors.map(\.reason) == (expected == nil ? [.timeOutOfRange] : []))
    }

    @Test("lets the last value of a field count, however many fields there are", arguments: [2, 40, 1000])
    func duplicateFields(count: Int) {
        let fields = (0..<count).map { "f\($0)=\($0)i" } + ["f0=7i", "f1=\"x\"", "f0=8i"]
        let parsed = parse("m \(fields.joined(separator: ",")) 1")
        #expect(parsed.points.first?.fields.count == count)
        #expect(parsed.points.first?.fields["f0"] == .integer(8))
        #expect(parsed.points.first?.fields["f1"] == .string("x"))
        var given = 0
        Array("m \(fields.joined(separator: ",")) 1".utf8).withUnsafeBytes {
            LineProtocolParser().parse($0) {
                given = $0.fields.count
            } malformed: { _ in
            }
        }
        #expect(given == count)
    }

    @Test("finds a tag that occurs twice among many, and refuses series keys that no server takes")
    func manyTags() {
        let tags = (0..<100).map { "t\($0)=v" }
        #expect(parse("m,\(tags.joined(separator: ",")) f=1").points.first?.tags.count == 100)
        #expect(parse("m,\(tags.joined(separator: ",")),t5=w f=1").errors.map(\.reason) == [.duplicateTag])
        let long = String(repeating: "x", count: 65_600)
        #expect(parse("m,a=\(long) f=1\nn f=1").errors.map(\.reason) == [.seriesTooLong])
    }

    @Test("gives the series as it stands in the input")
    func series() {
        var series: [String] = []
        Array("a\\ b,t=1 f=1\nc f=1".utf8).withUnsafeBytes {
            LineProtocolParser().parse($0) {
                series.append(text($0.series))
            } malformed: { _ in
            }
        }
        #expect(series == [#"a\ b,t=1"#, "c"])
    }

    @Test("takes a whole megabyte of unbalanced quotes and backslashes in no time worth naming")
    func hostile() {
        for piece in ["a b=\"\n", "a b=\"x\\\n", "a,b c=\"\n", "\\", "a\\\n", "=\"", "a b=\"\\\"\n", "m f=1,f=1\n"] {
            let input = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
            let parsed = parse(input)
            #expect(parsed.points.count + parsed.errors.count > 0)
        }
    }
}
