import ColumnarBytes
import MySQLClient
import MySQLProtocol
import Synchronization

/// Sums up the rows of ``SourceStatements/floatingRows``, as a whole and by part.
final class FloatingRowConsumer: PacketConsumer {
    private struct State {
        var sums: [FloatingSums]
        var text = GrowableBytes()
        var isMalformed = false
    }

    private let state: Mutex<State>
    private let isSingle: [Bool]
    private let isNullable: [Bool]
    private let buckets: Int
    private let slices: UInt32

    /// - Parameters:
    ///   - floating: the columns after the key's text, in order.
    ///   - buckets: in how many parts the rows are divided by the CRC-32 of their key's text; at least 1.
    ///   - slices: what the CRC-32 is divided by before; at least 1.
    init(floating: [ComparedTable.Column], buckets: Int = 1, slices: Int = 1) {
        isSingle = floating.map { $0.type == .float }
        isNullable = floating.map(\.isNullable)
        self.buckets = max(1, buckets)
        self.slices = UInt32(clamping: max(1, slices))
        state = Mutex(State(sums: Array(repeating: FloatingSums(), count: max(1, buckets))))
    }

    /// What was summed up, a part each.
    func sums() throws(FloatingText.Malformed) -> [FloatingSums] {
        let (sums, isMalformed) = state.withLock { ($0.sums, $0.isMalformed) }
        if isMalformed { throw FloatingText.Malformed() }
        return sums
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        state.withLock { state in
            // Throwing would close the connection, which other tables need.
            do { try add(payload, to: &state) } catch { state.isMalformed = true }
            return .more
        }
    }

    private func add(_ payload: UnsafeRawBufferPointer, to state: inout State) throws {
        var cursor = ByteCursor(payload)
        let key = try LengthEncoding.readBytes(from: &cursor)
        let bucket = buckets == 1 ? 0 : Int(CRC32.checksum(key) / slices) % buckets
        state.text.removeAll()
        state.text.append(key)
        for index in isSingle.indices {
            if try Self.skipNull(&cursor) {
                guard isNullable[index] else { throw FloatingText.Malformed() }
                state.text.append(UInt8(ascii: "N"))
            } else {
                let number = try LengthEncoding.readBytes(from: &cursor)
                Self.append(try FloatingText.bits(of: number, isSingle: isSingle[index]), to: state.text)
            }
            state.text.append(UInt8(ascii: ","))
        }
        guard cursor.isAtEnd else { throw FloatingText.Malformed() }
        state.sums[bucket].add(state.text.bytes)
    }

    private static func skipNull(_ cursor: inout ByteCursor) throws(ByteCursorError) -> Bool {
        guard cursor.rest.first == 0xFB else { return false }
        try cursor.skip(1)
        return true
    }

    private static func append(_ number: UInt64, to text: GrowableBytes) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = digits.count
            var rest = number
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            text.append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }
}
