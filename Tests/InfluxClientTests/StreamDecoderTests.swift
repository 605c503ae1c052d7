import Testing

@testable import InfluxProtocol

@Suite("Decoders of streamed results")
struct StreamDecoderTests {
    static let columns: [SeriesColumn] = [
        .time, .tag("site"), .field("f", .float), .field("i", .integer), .field("u", .unsigned),
        .field("b", .boolean), .field("s", .string),
    ]

    static let json = #"""
        {"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","b","f","i","s","site","u"],"values":[
        [1,true,0.1,-9223372036854775808,"","a",18446744073709551615],
        [-5,null,-0,9223372036854775807,"q\"\\\/\n\u00e9\ud83d\ude00\ud800",null,0],
        [7,false,5e-324,null,null,"",null]],"partial":true}],"partial":true}]}
        {"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","s"],"values":[[9,"z"]]}]}]}

        """#

    static let packed =
        Packed.chunk(
            columns: ["time", "b", "f", "i", "s", "site", "u"],
            rows: [
                [
                    .integer(1), .boolean(true), .double(0.1), .integer(.min), .text(""), .text("a"), .unsigned(.max),
                ],
                [
                    .integer(-5), .null, .double(-0.0), .integer(.max), .text("q\"\\/\né😀\u{FFFD}"), .null, .integer(0),
                ],
                [.integer(7), .boolean(false), .double(.leastNonzeroMagnitude), .null, .null, .text(""), .null],
            ],
            isPartial: true
        ) + Packed.chunk(columns: ["time", "s"], rows: [[.integer(9), .text("z")]])

    static let expected: [[InfluxValue?]] = [
        [
            .integer(1), .string("a"), .double(0.1), .integer(.min), .unsigned(.max), .boolean(true), .string(""),
        ],
        [
            .integer(-5), .string(""), .double(-0.0), .integer(.max), .unsigned(0), nil,
            .string("q\"\\/\né😀\u{FFFD}"),
        ],
        [.integer(7), .string(""), .double(.leastNonzeroMagnitude), nil, nil, .boolean(false), nil],
        [.integer(9), .string(""), nil, nil, nil, nil, .string("z")],
    ]

    @Test("keep NULL, the empty string, every integer and every float apart", arguments: [1, 2, 3, 7, 64, 100_000])
    func values(piece: Int) {
        for batchRows in [1, 2, 3, 1000] {
            let fromJSON = StreamRun(
                Array(Self.json.utf8),
                JSONResultDecoder(),
                columns: Self.columns,
                batchRows: batchRows
            ) {
                piece
            }
            #expect(fromJSON.error == nil)
            #expect(fromJSON.isComplete)
            #expect(fromJSON.rows == Self.expected)
            let fromPack = StreamRun(Self.packed, MessagePackDecoder(), columns: Self.columns, batchRows: batchRows) {
                piece
            }
            #expect(fromPack.error == nil)
            #expect(fromPack.isComplete)
            #expect(fromPack.rows == Self.expected)
            #expect(fromPack.batches.dropLast().allSatisfy { $0 == batchRows })
        }
    }

    @Test("append a negative zero as such")
    func negativeZero() {
        let input = Array(#"{"results":[{"series":[{"columns":["time","f"],"values":[[1,-0.0],[2,-0]]}]}]}"#.utf8)
        let run = StreamRun(input, JSONResultDecoder(), columns: [.time, .field("f", .float)])
        for row in run.rows {
            guard case .double(let value)? = row[1] else {
                Issue.record("\(row)")
                continue
            }
            #expect(value.sign == .minus)
        }
    }

    @Test("give the tags of a grouped series to each of its rows")
    func grouped() {
        let columns: [SeriesColumn] = [.tag("a"), .time, .field("i", .integer), .tag("b")]
        let expected: [[InfluxValue?]] = [
            [.string("x"), .integer(1), .integer(1), .string("")], [.string("x"), .integer(2), nil, .string("")],
            [.string("y"), .integer(1), .integer(3), .string("zü")],
        ]
        let json = #"""
            {"results":[{"series":[{"name":"m","tags":{"a":"x","b":""},"columns":["time","i"],"values":[[1,1],[2,null]]},
            {"name":"m","tags":{"a":"y","b":"zü"},"columns":["time","i"],"values":[[1,3]]}]}]}
            """#
        #expect(StreamRun(Array(json.utf8), JSONResultDecoder(), columns: columns) { 5 }.rows == expected)
        let packed =
            Packed.chunk(
                columns: ["time", "i"],
                tags: [("a", "x"), ("b", "")],
                rows: [[.integer(1), .integer(1)], [.integer(2), .null]],
                isPartial: true
            )
            + Packed.chunk(
                columns: ["time", "i"],
                tags: [("a", "y"), ("b", "zü")],
                rows: [[.integer(1), .integer(3)]]
            )
        for batchRows in [1, 2, 10] {
            let run = StreamRun(packed, MessagePackDecoder(), columns: columns, batchRows: batchRows) { 5 }
            #expect(run.rows == expected)
            #expect(run.isComplete)
        }
    }

    @Test("take a result without rows for what it is")
    func empty() {
        let json = StreamRun(
            Array(#"{"results":[{"statement_id":0}]}"#.utf8),
            JSONResultDecoder(),
            columns: Self.columns
        )
        #expect(json.isComplete)
        #expect(json.rows.isEmpty)
        let packed = Packed.map([
            ("results", .array([.map([("statement_id", .integer(0)), ("series", .array([]))])]))
        ])
        let pack = StreamRun(packed.bytes, MessagePackDecoder(), columns: Self.columns)
        #expect(pack.isComplete)
        #expect(pack.rows.isEmpty)
    }

    @Test("do not take a part for the whole")
    func truncated() {
        let whole = Array(Self.json.utf8)
        for end in 0..<(whole.lastIndex(of: UInt8(ascii: "}")) ?? 0) {
            let run = StreamRun(Array(whole[..<end]), JSONResultDecoder(), columns: Self.columns)
            #expect(!run.isComplete, "\(end)")
            #expect(run.error == nil, "\(end)")
        }
        for end in 0..<(Self.packed.count - 1) {
            let run = StreamRun(Array(Self.packed[..<end]), MessagePackDecoder(), columns: Self.columns)
            #expect(!run.isComplete, "\(end)")
            #expect(run.error == nil, "\(end)")
        }
    }

    @Test(
        "name the column whose value, or which itself, was not expected",
        arguments: [
            ("[1,2.5]", "i", .integer, .typeMismatch), ("[1,1e3]", "i", .integer, .typeMismatch),
            ("[1,\"1\"]", "i", .integer, .typeMismatch), ("[1,true]", "i", .integer, .typeMismatch),
            ("[1,9223372036854775808]", "i", .integer, .typeMismatch), ("[1,-1]", "i", .unsigned, .typeMismatch),
            ("[1,\"x\"]", "i", .float, .typeMismatch), ("[1,1e999]", "i", .float, .typeMismatch),
            ("[1,1]", "i", .boolean, .typeMismatch), ("[1,1]", "i", .string, .typeMismatch),
            ("[1,1]", "other", .float, .unexpectedColumn), ("[null,1]", "i", .float, .typeMismatch),
            ("[\"1970-01-01T00:00:00Z\",1]", "i", .float, .typeMismatch), ("[1]", "i", .float, .protocolViolation),
            ("[1,1,1]", "i", .float, .protocolViolation), ("[1,[1]]", "i", .float, .protocolViolation),
        ] as [(String, String, FieldType, InfluxError.Code)]
    )
    func mismatches(row: String, name: String, type: FieldType, code: InfluxError.Code) {
        let json = #"{"results":[{"series":[{"name":"m","columns":["time","i"],"values":[\#(row)]}]}]}"#
        let run = StreamRun(Array(json.utf8), JSONResultDecoder(), columns: [.time, .field(name, type)])
        #expect(run.error?.code == code)
        if code == .unexpectedColumn { #expect(run.error?.column == "i") }
        if code == .typeMismatch { #expect(run.error?.column == (row.hasPrefix("[1") ? "i" : "time")) }
    }

    @Test("refuse MessagePack values that do not fit")
    func packedMismatches() {
        let cases: [(Packed, FieldType)] = [
            (.integer(1), .float), (.double(1), .integer), (.unsigned(1 << 63), .integer), (.integer(-1), .unsigned),
            (.text("1"), .integer), (.boolean(true), .integer), (.integer(1), .boolean), (.integer(1), .string),
            (.raw([0xD6, 0, 0, 0, 0, 0]), .integer),
        ]
        for (value, type) in cases {
            let input = Packed.chunk(columns: ["time", "x"], rows: [[.integer(1), value]])
            let run = StreamRun(input, MessagePackDecoder(), columns: [.time, .field("x", type)])
            #expect(run.error?.code == .typeMismatch, "\(value)")
            #expect(run.error?.column == "x")
        }
    }

    @Test("report what the server says in the middle of a result")
    func serverErrors() {
        let columns: [SeriesColumn] = [.time, .field("i", .integer)]
        let first =
            #"{"results":[{"series":[{"columns":["time","i"],"values":[[1,1]],"partial":true}],"partial":true}]}"#
        for tail in [#"{"error":"timeout"}"#, #"{"results":[{"statement_id":0,"error":"query timeout reached"}]}"#] {
            let run = StreamRun(Array((first + "\n" + tail).utf8), JSONResultDecoder(), columns: columns)
            #expect(run.error?.code == .timeout)
            #expect(run.error?.isTransient == true)
        }
        let packed = Packed.map([("error", .text("database not found: x"))]).bytes
        #expect(StreamRun(packed, MessagePackDecoder(), columns: columns).error?.code == .unknownDatabase)
        let inside = Packed.map([("results", .array([.map([("error", .text("engine is closed"))])]))]).bytes
        #expect(StreamRun(inside, MessagePackDecoder(), columns: columns).error?.isTransient == true)
    }

    @Test("read CSV where no string field makes it ambiguous", arguments: [1, 3, 1000])
    func csv(piece: Int) {
        let columns: [SeriesColumn] = [
            .time, .tag("site"), .field("f", .float), .field("i", .integer), .field("b", .boolean),
        ]
        let text =
            "name,tags,time,b,f,i,site\nm,,1,true,0.1,-3,a\nm,,2,,,,\nm,,3,false,1e3,7,\"q\"\",\nx\"\n\nname,tags,time,i\nn,,4,1\n"
        let run = StreamRun(Array(text.utf8), CSVDecoder(), columns: columns, batchRows: 2) { piece }
        #expect(run.error == nil)
        #expect(run.isComplete)
        #expect(
            run.rows == [
                [.integer(1), .string("a"), .double(0.1), .integer(-3), .boolean(true)],
                [.integer(2), .string(""), nil, nil, nil],
                [.integer(3), .string("q\",\nx"), .double(1000), .integer(7), .boolean(false)],
                [.integer(4), .string(""), nil, .integer(1), nil],
            ]
        )
        let broken = [
            "name,tags,time,i\nm,,1,x\n", "name,tags,time,i\nm,,1\n", "name,tags,time,i\nm,a=b,1,1\n", "what\n1\n",
            "error\ntimeout\n", "name,tags,time,i\nm,,,1\n", "name,tags,time,i,z\n",
        ]
        for text in broken {
            #expect(StreamRun(Array(text.utf8), CSVDecoder(), columns: columns) { piece }.error != nil, "\(text)")
        }
    }
}
