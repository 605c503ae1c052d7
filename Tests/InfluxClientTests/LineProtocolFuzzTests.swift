import ColumnarBytes
import InfluxProtocol
import Testing

/// Deterministic fuzzing. `LEAT_FUZZ_INPUTS=1000000` tries a million inputs.
@Suite("Line protocol under fuzzing")
struct LineProtocolFuzzTests {
    static let seeds: [[UInt8]] = [
        #"readings,device_id=d-1,site=north t=21.5,n=-3i,u=7u,on=true,s="a \"b\" \\ c" 1700000000000000001"#,
        "m f=1\nm,a=b f=\"x\ny\" 2\r\n# comment\nm f=t 3\n", #"my\ m\,e,t\ k\=\,=v\ \,\= f\ k="s" -5"#,
        "a b=1e-300,c=.5,d=-.5e+7,e=123456789012345678901234567890 1\nb c=F,d=True",
        "m,a=1,b=2,c=3,d=4 e=5,f=6,g=7,h=8 9\nm,a=1,b=2,c=3,d=4 e=5,f=6,g=7,h=8 9",
    ].map { Array($0.utf8) }

    @Test("no input makes the parser trap or lose its place, and every view lies within its bounds")
    func fuzz() {
        var random = Randomness(state: 0x9E37_79B9_7F4A_7C15)
        let parser = LineProtocolParser()
        var points = 0
        var errors = 0
        var sum = 0
        for _ in 0..<fuzzInputCount {
            let input = random.mutate(Self.seeds[random.below(Self.seeds.count)])
            let lines = 1 + input.count { $0 == UInt8(ascii: "\n") }
            var last = 0
            input.withUnsafeBytes { bytes in
                parser.parse(bytes) { point in
                    points += 1
                    if point.line <= last || point.line > lines || point.fields.isEmpty || point.measurement.isEmpty {
                        Issue.record("line \(point.line) of \(String(decoding: input, as: UTF8.self))")
                    }
                    last = point.line
                    for byte in point.measurement { sum &+= Int(byte) }
                    for tag in point.tags {
                        for byte in tag.key { sum &+= Int(byte) }
                        for byte in tag.value { sum &+= Int(byte) }
                    }
                    for field in point.fields {
                        for byte in field.key { sum &+= Int(byte) }
                        if case .string(let text) = field.value { for byte in text { sum &+= Int(byte) } }
                    }
                } malformed: { error in
                    errors += 1
                    if error.line <= last || error.line > lines || error.column < 1 {
                        Issue.record("\(error) in \(String(decoding: input, as: UTF8.self))")
                    }
                    last = error.line
                }
            }
        }
        // Were every input refused, the views would not have been tried.
        #expect(points > fuzzInputCount / 10)
        #expect(errors > fuzzInputCount / 10)
        #expect(sum != 0)
    }

    static func randomText(_ random: inout Randomness, longest: Int) -> String {
        let alphabet = Array("ab ,=\"\\é\u{1F600}'#\t0.%-\u{0}xyz")
        return String((0..<random.below(longest + 1)).map { _ in alphabet[random.below(alphabet.count)] })
    }

    static func randomValue(_ random: inout Randomness) -> InfluxValue {
        switch random.below(8) {
        case 0: return .integer(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
        case 1: return .unsigned(random.next() >> UInt64(random.below(64)))
        case 2: return .boolean(random.below(2) == 0)
        case 3: return .string(randomText(&random, longest: 12) + (random.below(3) == 0 ? "\n\r\n\"" : ""))
        case 4: return .double(Double(random.below(2_000_000) - 1_000_000) / 100)
        case 5: return .double(Double(random.below(100)))
        default:
            let value = Double(bitPattern: random.next())
            return .double(value.isFinite ? value : -0.0)
        }
    }

    @Test("what the writer writes the parser reads, value by value and bit by bit")
    func identity() throws {
        var random = Randomness(state: 4711)
        var writer = LineProtocolWriter()
        let parser = LineProtocolParser()
        var refused = 0
        for _ in 0..<(fuzzInputCount / 10) {
            writer.removeAll()
            var written: [Point] = []
            var line = 1
            for _ in 0..<(1 + random.below(4)) {
                var point = Point(line: line, measurement: Self.randomText(&random, longest: 8), fields: [:])
                for _ in 0..<random.below(5) {
                    point.tags[Self.randomText(&random, longest: 5)] = Self.randomText(&random, longest: 6)
                }
                for _ in 0..<(1 + random.below(6)) {
                    point.fields[Self.randomText(&random, longest: 6)] = Self.randomValue(&random)
                }
                if random.below(4) > 0 { point.time = Int64(bitPattern: random.next()) / 2 }
                do throws(LineProtocolWriterError) {
                    let series = try SeriesKey(
                        measurement: point.measurement,
                        tags: point.tags.map { ($0.key, $0.value) }
                    )
                    var keys: [(FieldKey, InfluxValue)] = []
                    for field in point.fields { keys.append((try FieldKey(field.key), field.value)) }
                    writer.begin(series)
                    for (key, value) in keys { writer.add(key, value) }
                    writer.end(time: point.time)
                } catch {
                    refused += 1
                    continue
                }
                point.tags = point.tags.filter { !$0.value.isEmpty }
                written.append(point)
                for case .string(let text) in point.fields.values { line += text.utf8.count { $0 == 0x0A } }
                line += 1
            }
            let parsed = parse(bytes: writer.bytes.array, with: parser)
            #expect(parsed.errors.isEmpty, "\(writer.bytes.string)")
            #expect(parsed.points == written, "\(writer.bytes.string)")
            for (left, right) in zip(parsed.points, written) {
                for (name, value) in left.fields {
                    guard case .double(let read) = value, case .double(let was)? = right.fields[name] else { continue }
                    #expect(read.bitPattern == was.bitPattern)
                }
            }
        }
        #expect(refused > 0)
    }
}
