import ColumnarBytes
import Foundation
import MySQLProtocol
import Testing

/// Feeds the decoders with what no server sends. Nothing may trap, loop for ever or take memory out of proportion;
/// errors are fine. The same inputs each time; `LEAT_FUZZ_INPUTS=1000000` for the long run.
@Suite("Mutated binlogs")
struct BinlogFuzzTests {
    private let inputs = ProcessInfo.processInfo.environment["LEAT_FUZZ_INPUTS"].flatMap { Int($0) } ?? 12_000
    /// All events of the real binlog, without checksums, and some made by hand.
    private let events: [[UInt8]]
    /// Table maps with a rows event each.
    private let pairs: [(map: [UInt8], rows: [UInt8])]

    init() throws {
        var events = try GoldenBinlog.shared.get().events.map { EventBytes.withoutChecksum($0) }
        var pairs: [(map: [UInt8], rows: [UInt8])] = []
        for (index, event) in events.enumerated() where index > 0 && (30...32).contains(event[4]) && event.count < 9000
        {
            if let map = events[..<index].last(where: { $0[4] == 19 }) { pairs.append((map, event)) }
        }
        self.pairs = pairs
        events = events.filter { $0.count < 3000 }
        events += HandmadeEvents.all
        for start in stride(from: 0, to: events.count - 4, by: 20) {
            events.append(EventBytes.payload(Array(events[start..<(start + 4)])))
        }
        // Those by hand are few and of types that are nowhere else.
        for _ in 0..<5 { events += HandmadeEvents.all }
        self.events = events
    }

    @Test("events")
    func singleEvents() {
        var random = SplitMix64(state: 1)
        var decoded = 0
        for _ in 0..<inputs {
            var input = events[random.below(events.count)]
            random.mutate(&input, with: events[random.below(events.count)])
            fixLength(&input, &random)
            if (try? decode(input)) != nil { decoded += 1 }
        }
        // Mutations that all fail immediately test nothing.
        #expect(decoded > inputs / 50)
        #expect(decoded < inputs)
    }

    @Test("rows of all types")
    func rows() {
        var random = SplitMix64(state: 2)
        var values = 0
        for _ in 0..<inputs {
            var (map, rows) = pairs[random.below(pairs.count)]
            switch random.below(4) {
            case 0: random.mutate(&map, with: pairs[random.below(pairs.count)].map)
            case 1: rows = pairs[random.below(pairs.count)].rows
            default: random.mutate(&rows, with: pairs[random.below(pairs.count)].rows)
            }
            fixLength(&map, &random)
            fixLength(&rows, &random)
            values += decodeRows(map: map, rows: rows)
        }
        #expect(values > inputs)
    }

    @Test("GTID sets")
    func gtidSets() throws {
        var random = SplitMix64(state: 3)
        let encoded = [
            "", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3:11:47-49,00000000-0000-0000-0000-000000000001:5",
            "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3:tag:5:7-9:x:1",
        ].compactMap { try? GTIDSet(parsing: $0).encodedForDump() }
        let texts = encoded.compactMap { try? Array(GTIDSet(encoded: $0).description.utf8) }
        for _ in 0..<(inputs / 4) {
            var input = encoded[random.below(encoded.count)]
            random.mutate(&input, with: encoded[random.below(encoded.count)])
            if let set = try? GTIDSet(encoded: input) {
                #expect(try GTIDSet(parsing: set.description) == set)
            }
            var text = texts[random.below(texts.count)]
            random.mutate(&text, with: texts[random.below(texts.count)])
            if let set = try? GTIDSet(parsing: String(decoding: text, as: UTF8.self)) {
                #expect(try GTIDSet(encoded: set.encodedForDump()) == set)
            }
        }
    }

    /// Usually right, so that decoding gets past the frame.
    private func fixLength(_ event: inout [UInt8], _ random: inout SplitMix64) {
        guard event.count >= 19, random.below(50) > 0 else { return }
        event.replaceSubrange(9..<13, with: EventBytes.integer(UInt32(event.count)))
    }

    /// - Returns: how many values were appended.
    private func decodeRows(map: [UInt8], rows: [UInt8]) -> Int {
        guard case .tableMap(let table)? = try? decode(map).first else { return 0 }
        var targets: [RowTarget?] = []
        var buffers: [ColumnBuffer] = []
        for (index, column) in table.columns.enumerated() {
            guard let type = column.type, let layout = type.columnLayout else {
                targets.append(nil)
                continue
            }
            targets.append(RowTarget(buffer: buffers.count, type: type, isKey: index.isMultiple(of: 3)))
            buffers.append(ColumnBuffer(layout: layout, isNullable: column.isNullable))
        }
        guard let decoder = try? RowDecoder(table: table, targets: targets) else { return 0 }
        var bytes = BinlogDecoder(checksum: BinlogChecksum.none)
        try? rows.withUnsafeBytes { raw in
            try bytes.decode(raw) { _, event in
                guard case .rows(let event) = event else { return }
                var cursor = event.rows
                while !cursor.isAtEnd {
                    switch event.operation {
                    case .write: try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
                    case .update:
                        var before = try decoder.beginUpdate(&cursor, of: event).before
                        try decoder.decodeKeyOnly(&before, presence: event.before, into: buffers)
                        try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
                    case .delete:
                        var copy = cursor
                        try decoder.skipRow(&copy, presence: event.before)
                        try decoder.decodeRow(&cursor, presence: event.before, into: buffers)
                    }
                }
            }
        }
        // Whatever failed, the columns are in step.
        #expect(Set(buffers.map(\.rows)).count <= 1)
        // No value is longer than its text in JSON can be.
        #expect(buffers.reduce(0) { $0 + $1.byteCount } <= (rows.count + map.count) * 1000)
        return buffers.reduce(0) { $0 + $1.rows }
    }
}
