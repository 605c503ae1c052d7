import LeatState
import PipelineCore
import Testing
import Warehouse

@testable import Verification

@Suite("The checksum that the stream keeps")
struct ChecksumLedgerTests {
    private typealias Entry = ChecksumLedger.Entry

    /// What batch `number` does; no two sums of these are alike.
    private static func change(_ number: UInt64) -> RowsChecksum {
        RowsChecksum(rows: Int64(number % 5) - 1, sum: number &* 0x9E37_79B9_7F4A_7C15)
    }

    private static let content = RowsChecksum(rows: 1000, sum: 123_456_789)

    private static func content(above number: UInt64) -> RowsChecksum {
        number == 0 ? content : (1...number).reduce(content) { $0 + change($1) }
    }

    private static func entries(_ numbers: ClosedRange<UInt64>) -> [Entry] {
        numbers.map { Entry(number: $0, change: change($0)) }
    }

    private static func entries(above number: UInt64, upTo last: UInt64) -> [Entry] {
        number < last ? entries(number + 1...last) : []
    }

    @Test("begins with what is shown, and is right as long as that follows the batches")
    func follows() {
        var ledger = ChecksumLedger()
        #expect(ledger.compare(Self.content(above: 5), acknowledged: 5, entries: []) == .unknown)
        #expect(ledger.settled == .init(number: 5, checksum: Self.content(above: 5)))
        for number in 6...20 as ClosedRange<UInt64> {
            let start = ledger.start(acknowledged: number)
            #expect(start == number - 1)
            let entries = Self.entries(above: start, upTo: number)
            #expect(ledger.compare(Self.content(above: number), acknowledged: number, entries: entries) == .equal)
        }
    }

    @Test("batches under way may be visible, or not, and in any order")
    func underWay() {
        // Of 6, 7 and 8.
        for visible in [[], [6], [6, 7], [7], [8], [6, 8], [6, 7, 8]] as [[UInt64]] {
            var ledger = ChecksumLedger(base: .init(number: 4, checksum: Self.content(above: 4)))
            let shown = visible.reduce(Self.content(above: 5)) { $0 + Self.change($1) }
            #expect(ledger.compare(shown, acknowledged: 5, entries: Self.entries(5...8)) == .equal)
            #expect(ledger.settled == .init(number: 5, checksum: Self.content(above: 5)))
        }
    }

    @Test("many batches under way, the last of them out of order")
    func manyUnderWay() {
        var ledger = ChecksumLedger(base: .init(number: 5, checksum: Self.content(above: 5)))
        let shown = Self.content(above: 200) + Self.change(202) + Self.change(205)
        #expect(ledger.compare(shown, acknowledged: 5, entries: Self.entries(6...300)) == .equal)
        // More than can be tried say nothing.
        #expect(ledger.compare(shown, acknowledged: 5, entries: Self.entries(6...900)) == .unknown)
    }

    @Test("begun under writes, the second check decides which of the beginnings it was")
    func begunUnderWrites() {
        var ledger = ChecksumLedger()
        let shown = Self.content(above: 5) + Self.change(6) + Self.change(8)
        #expect(ledger.compare(shown, acknowledged: 5, entries: Self.entries(6...8)) == .unknown)
        #expect(ledger.settled == nil && ledger.bases.count == 8)
        // Still under way: nothing new is known.
        #expect(ledger.compare(shown, acknowledged: 5, entries: Self.entries(6...8)) == .unknown)
        let later = Self.content(above: 12)
        #expect(ledger.compare(later, acknowledged: 12, entries: Self.entries(6...12)) == .equal)
        #expect(ledger.settled == .init(number: 12, checksum: later))
    }

    @Test("a row that is lost, duplicated or changed differs, and keeps differing until it is repaired")
    func differs() {
        let wrong = [RowsChecksum(rows: -1, sum: 17), RowsChecksum(rows: 1, sum: 17), RowsChecksum(rows: 0, sum: 17)]
        for fault in wrong {
            var ledger = ChecksumLedger(base: .init(number: 4, checksum: Self.content(above: 4)))
            for last in 5...7 as ClosedRange<UInt64> {
                let shown = Self.content(above: last) + fault
                let entries = Self.entries(above: ledger.start(acknowledged: last), upTo: last)
                #expect(ledger.compare(shown, acknowledged: last, entries: entries) == .different)
            }
            #expect(ledger.compare(Self.content(above: 8), acknowledged: 8, entries: Self.entries(8...8)) == .equal)
        }
    }

    @Test("a batch that was acknowledged and is not shown differs")
    func lostBatch() {
        var ledger = ChecksumLedger(base: .init(number: 4, checksum: Self.content(above: 4)))
        let shown = Self.content(above: 6) - Self.change(5)
        #expect(ledger.compare(shown, acknowledged: 6, entries: Self.entries(5...8)) == .different)
    }

    @Test("starts from scratch after a batch of which nobody knows what it did", arguments: [true, false])
    func unknownChange(isUnderWay: Bool) {
        var ledger = ChecksumLedger(base: .init(number: 4, checksum: Self.content(above: 4)))
        let entries = [Entry(number: 5, change: Self.change(5)), Entry(number: 6, change: nil)]
        let acknowledged: UInt64 = isUnderWay ? 5 : 6
        // Whatever is shown.
        #expect(ledger.compare(RowsChecksum(rows: 7, sum: 7), acknowledged: acknowledged, entries: entries) == .unknown)
        // What was read at the source may be ahead of the stream: not yet.
        #expect(ledger.bases.isEmpty)
        let anew = RowsChecksum(rows: 9, sum: 9)
        #expect(ledger.compare(anew, acknowledged: 6, entries: []) == .unknown)
        #expect(ledger.compare(anew, acknowledged: 6, entries: []) == .equal)
        #expect(ledger.compare(RowsChecksum(rows: 8, sum: 8), acknowledged: 6, entries: []) == .different)
    }

    @Test("resumes where an earlier process stopped")
    func restored() {
        var ledger = ChecksumLedger(base: .init(number: 4, checksum: Self.content(above: 4)))
        #expect(ledger.start(acknowledged: 9) == 4)
        #expect(ledger.compare(Self.content(above: 9), acknowledged: 9, entries: Self.entries(5...9)) == .equal)
    }

    @Test("starts from scratch where the numbers do")
    func newLog() {
        var ledger = ChecksumLedger(base: .init(number: 4000, checksum: Self.content(above: 4)))
        #expect(ledger.compare(Self.content(above: 3), acknowledged: 3, entries: []) == .unknown)
        #expect(ledger.settled == .init(number: 3, checksum: Self.content(above: 3)))
    }
}
