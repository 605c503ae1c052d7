import ColumnarBytes
import InfluxProtocol
import Testing

@Suite("The line protocol writer")
struct LineProtocolWriterTests {
    @Test("sorts and escapes tags, and marks the types of fields")
    func line() throws {
        var writer = LineProtocolWriter()
        writer.begin(
            try SeriesKey(measurement: "my m,x=y", tags: [("z", "1 2"), ("b=c", "a,b"), ("a", ""), ("B", #"c\d"#)])
        )
        writer.add(try FieldKey("t"), 21.5)
        writer.add(try FieldKey("n n"), Int64.min)
        writer.add(try FieldKey("u"), UInt64.max)
        writer.add(try FieldKey("on"), true)
        writer.add(try FieldKey("s"), "a\"b\\c\nd, =")
        let isWritten = writer.end(time: -1)
        #expect(isWritten)
        #expect(
            writer.bytes.string == #"my\ m\,x=y,B=c\d,b\=c=a\,b,z=1\ 2 "#
                + #"t=21.5,n\ n=-9223372036854775808i,u=18446744073709551615u,on=t,s="a\"b\\c"# + "\n" + #"d, =" -1"#
                + "\n"
        )
        #expect(writer.points == 1)
    }

    @Test("drops what InfluxDB does not have: NaN, infinities, points without fields")
    func dropped() throws {
        var writer = LineProtocolWriter()
        let series = try SeriesKey(measurement: "m")
        writer.begin(series)
        let field = try FieldKey("f")
        let written = [writer.add(field, .nan), writer.add(field, -.infinity), writer.end(time: 1)]
        #expect(written == [false, false, false])
        #expect(writer.bytes.count == 0)
        writer.begin(series)
        writer.add(try FieldKey("f"), 1.0)
        writer.begin(series)
        writer.add(try FieldKey("g"), 2.0)
        writer.end(time: nil)
        #expect(writer.bytes.string == "m g=2\n")
        #expect(writer.points == 1)
    }

    @Test(
        "refuses names that line protocol cannot express",
        arguments: [
            ("", .empty), ("a\nb", .lineFeed), ("a\\", .trailingBackslash), ("\ta", .leadingWhitespace),
        ] as [(String, LineProtocolWriterError.Reason)]
    )
    func refusedNames(name: String, reason: LineProtocolWriterError.Reason) {
        #expect(throws: LineProtocolWriterError.self) { try FieldKey(name) }
        func reasonOf(_ body: () throws -> Void) -> LineProtocolWriterError.Reason? {
            do {
                try body()
                return nil
            } catch {
                return (error as? LineProtocolWriterError)?.reason
            }
        }
        #expect(reasonOf { _ = try FieldKey(name) } == reason)
        #expect(reasonOf { _ = try SeriesKey(measurement: name) } == reason)
        #expect(reasonOf { _ = try SeriesKey(measurement: "m", tags: [(name, "v")]) } == reason)
        if !name.isEmpty { #expect(reasonOf { _ = try SeriesKey(measurement: "m", tags: [("k", name)]) } == reason) }
        #expect(reasonOf { _ = try SeriesKey(measurement: "#m") } == .comment)
        #expect(reasonOf { _ = try SeriesKey(measurement: "m", tags: [("a", "1"), ("a", "2")]) } == .duplicateTag)
    }

    @Test(
        "writes doubles that read back the same",
        arguments: [
            0, -0.0, 1, -1, 0.1, 21.57, 99.999, 1e9, 123456.789012, 1e-7, .leastNonzeroMagnitude,
            .greatestFiniteMagnitude, 0.1 + 0.2,
            999_999_999.9999999, 1e21, -273.15, 0.000001, 1.0000005,
        ]
    )
    func doubles(value: Double) throws {
        var writer = LineProtocolWriter()
        writer.begin(try SeriesKey(measurement: "m"))
        writer.add(try FieldKey("f"), value)
        writer.end(time: 1)
        guard case .double(let read)? = parse(writer.bytes.string).points.first?.fields["f"] else {
            Issue.record("\(writer.bytes.string)")
            return
        }
        #expect(read.bitPattern == value.bitPattern)
    }
}
