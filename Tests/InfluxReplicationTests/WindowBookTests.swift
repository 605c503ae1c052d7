import LeatState
import Testing

@testable import InfluxReplication

@Suite("The book of windows")
struct WindowBookTests {
    private static let minute: Int64 = 60_000_000_000

    private func book(frontier: Int64? = 10 * minute, open: Set<Int64> = []) -> WindowBook {
        WindowBook(length: Self.minute, frontier: frontier, open: open)
    }

    @Test("a push above the frontier needs no record, one below is recorded as open before its rows are inserted")
    func pushes() {
        var book = book()
        #expect(book.beginPush([10 * Self.minute, 11 * Self.minute], at: 0).isEmpty)
        #expect(book.beginPush([3 * Self.minute, 12 * Self.minute], at: 0).opened == [3 * Self.minute])
        #expect(book.open == [3 * Self.minute])
        #expect(book.beginPush([3 * Self.minute], at: 0).isEmpty, "it is recorded already")
    }

    @Test("held windows are read again: recorded where they were complete, and not closed by a read that began earlier")
    func held() {
        var book = book()
        let began = book.beginRead()
        let changes = book.hold([3 * Self.minute, 12 * Self.minute], at: 0)
        #expect(changes.opened == [3 * Self.minute])
        #expect(
            book.open == [3 * Self.minute, 12 * Self.minute],
            "also above the frontier, long before it comes there"
        )
        let closed = book.endRead(TimeRange(3 * Self.minute, 4 * Self.minute), began: began, for: .open).closed
        #expect(closed.isEmpty)
        #expect(book.dueOpen(at: 5, quiet: 10, lengthMax: Self.minute) == nil)
        #expect(
            book.dueOpen(at: 10, quiet: 10, lengthMax: Self.minute) == TimeRange(3 * Self.minute, 4 * Self.minute)
        )
        #expect(!book.wasWritten(3 * Self.minute, since: began))
    }

    @Test("what is confirmed stays so when the frontier goes back, and is recorded then")
    func confirmed() {
        var book = book(open: [Self.minute, 5 * Self.minute])
        #expect(book.confirmed == 10 * Self.minute)
        #expect(book.goBack(to: 20 * Self.minute).isEmpty)
        let changes = book.goBack(to: 4 * Self.minute + 1)
        #expect(changes.frontier == 4 * Self.minute)
        #expect(changes.confirmed == 10 * Self.minute)
        #expect(changes.forgetsOpen)
        #expect(book.open == [Self.minute])
        #expect(book.confirmed == 10 * Self.minute)
        let began = book.beginRead()
        _ = book.endRead(TimeRange(4 * Self.minute, 12 * Self.minute), began: began, for: .frontier)
        #expect(book.confirmed == 12 * Self.minute)
        let again = WindowBook(length: Self.minute, frontier: 4 * Self.minute, confirmed: 10 * Self.minute)
        #expect(again.confirmed == 10 * Self.minute)
    }

    @Test("a first copy ends where it began, also after a restart, so that what was pushed since is confirmed")
    func copyHorizon() {
        var book = book(frontier: nil)
        #expect(book.beginCopy(at: 5 * Self.minute).confirmed == 5 * Self.minute)
        #expect(book.beginCopy(at: 9 * Self.minute).isEmpty)
        var restarted = WindowBook(length: Self.minute, confirmed: 5 * Self.minute)
        #expect(restarted.beginCopy(at: 9 * Self.minute).isEmpty)
        #expect(restarted.confirmed == 5 * Self.minute)
    }

    @Test("a read moves the frontier over windows that nothing was pushed into meanwhile")
    func frontier() {
        var book = book()
        let began = book.beginRead()
        let changes = book.endRead(TimeRange(10 * Self.minute, 13 * Self.minute), began: began, for: .frontier)
        #expect(changes.frontier == 13 * Self.minute)
        #expect(changes.opened.isEmpty)
        #expect(book.frontier == 13 * Self.minute)
    }

    @Test("a window stays open when a push was inserted after the read began, or is under way")
    func conflicts() {
        var book = book()
        let early: Set<Int64> = [10 * Self.minute]
        let during: Set<Int64> = [11 * Self.minute]
        let underWay: Set<Int64> = [12 * Self.minute]
        _ = book.beginPush(early, at: 0)
        book.endPush(early, at: 0)
        _ = book.beginPush(underWay, at: 0)
        let began = book.beginRead()
        _ = book.beginPush(during, at: 0)
        book.endPush(during, at: 0)
        let changes = book.endRead(TimeRange(10 * Self.minute, 13 * Self.minute), began: began, for: .frontier)
        #expect(changes.frontier == 13 * Self.minute)
        #expect(changes.opened == [11 * Self.minute, 12 * Self.minute])
        #expect(book.isComplete(10 * Self.minute))
        #expect(!book.isComplete(11 * Self.minute))
        book.endPush(underWay, at: 0)
        let again = book.beginRead()
        let closed = book.endRead(TimeRange(11 * Self.minute, 13 * Self.minute), began: again, for: .open).closed
        #expect(closed == [11 * Self.minute, 12 * Self.minute])
        #expect(book.isComplete(11 * Self.minute))
    }

    @Test("a read of a part of an open window does not close it")
    func parts() {
        var book = book(open: [3 * Self.minute])
        let began = book.beginRead()
        let half = TimeRange(3 * Self.minute, 4 * Self.minute - 1)
        #expect(book.endRead(half, began: began, for: .open).isEmpty)
        #expect(!book.isComplete(3 * Self.minute))
    }

    @Test("what is due: whole windows past the look-back, and open ones that have been quiet")
    func due() {
        var book = book()
        let now = 20 * Self.minute
        #expect(book.dueFrontier(at: now, lookback: 10 * Self.minute, lengthMax: .max) == nil)
        #expect(
            book.dueFrontier(at: now, lookback: 5 * Self.minute, lengthMax: .max)
                == TimeRange(10 * Self.minute, 15 * Self.minute)
        )
        #expect(
            book.dueFrontier(at: now, lookback: 5 * Self.minute, lengthMax: 1)
                == TimeRange(10 * Self.minute, 11 * Self.minute)
        )
        let late: Set<Int64> = [2 * Self.minute, 3 * Self.minute, 5 * Self.minute]
        _ = book.beginPush(late, at: now)
        #expect(book.dueOpen(at: now + 100, quiet: 0, lengthMax: .max) == nil, "not while rows are under way")
        book.endPush(late, at: now)
        #expect(book.dueOpen(at: now + 50, quiet: 100, lengthMax: .max) == nil)
        #expect(
            book.dueOpen(at: now + 100, quiet: 100, lengthMax: .max)
                == TimeRange(2 * Self.minute, 6 * Self.minute)
        )
        #expect(
            book.dueOpen(at: now + 100, quiet: 100, lengthMax: 2 * Self.minute)
                == TimeRange(2 * Self.minute, 4 * Self.minute)
        )
        // However far apart, as long as the length allows: a statement costs more than what lies between.
        let far = self.book(frontier: 60 * Self.minute, open: [2 * Self.minute, 40 * Self.minute])
        #expect(
            far.dueOpen(at: now, quiet: 100, lengthMax: 60 * Self.minute)
                == TimeRange(2 * Self.minute, 41 * Self.minute)
        )
    }

    @Test("the first copy: what is left is what no range has covered, and pushes into copied ranges stay to be read")
    func copy() {
        var book = book(frontier: nil)
        let whole = TimeRange(0, 10 * Self.minute)
        #expect(book.uncopied(within: whole) == [whole])
        var began = book.beginRead()
        _ = book.endRead(TimeRange(8 * Self.minute, 10 * Self.minute), began: began, for: .copy)
        began = book.beginRead()
        let changes = book.endRead(TimeRange(2 * Self.minute, 4 * Self.minute), began: began, for: .copy)
        #expect(changes.copied == TimeRange(2 * Self.minute, 4 * Self.minute))
        #expect(
            book.uncopied(within: whole)
                == [TimeRange(4 * Self.minute, 8 * Self.minute), TimeRange(0, 2 * Self.minute)]
        )
        #expect(book.beginPush([5 * Self.minute], at: 0).opened.isEmpty)
        #expect(book.beginPush([9 * Self.minute], at: 0).opened == [9 * Self.minute])
        let end = book.endCopy(at: 9 * Self.minute + Self.minute)
        #expect(end.frontier == 10 * Self.minute)
        #expect(book.copied.isEmpty)
        #expect(book.open == [9 * Self.minute])
    }

    @Test("too many open windows take the frontier back instead of being kept one by one")
    func limit() {
        let count = Int64(WindowBook.openMax)
        var book = book(frontier: (count + 10) * Self.minute)
        let windows = Set((5...count + 5).map { $0 * Self.minute })
        let changes = book.beginPush(windows, at: 0)
        #expect(changes.frontier == 5 * Self.minute)
        #expect(changes.opened.isEmpty && changes.forgetsOpen)
        #expect(book.open.isEmpty)
        #expect(!book.isComplete(7 * Self.minute))
        #expect(book.isComplete(4 * Self.minute))
    }

    @Test("after pushes were lost, the windows above the frontier are read again once, and none is forgotten below it")
    func recent() {
        var book = book()
        book.openRecent(until: 13 * Self.minute)
        #expect(book.open == [10 * Self.minute, 11 * Self.minute, 12 * Self.minute])
        let busy: Set<Int64> = [12 * Self.minute]
        _ = book.beginPush(busy, at: 0)
        let range = book.dueOpen(at: 0, quiet: 1, lengthMax: 60 * Self.minute)
        #expect(range == TimeRange(10 * Self.minute, 12 * Self.minute))
        let began = book.beginRead()
        #expect(book.endRead(TimeRange(10 * Self.minute, 12 * Self.minute), began: began, for: .open).opened.isEmpty)
        #expect(book.open == busy, "the busy one is read when it is quiet")
        // The frontier passes it while rows are under way: from now on it must be on record.
        let last = book.beginRead()
        let changes = book.endRead(TimeRange(10 * Self.minute, 13 * Self.minute), began: last, for: .frontier)
        #expect(changes.frontier == 13 * Self.minute && changes.opened == [12 * Self.minute])
        #expect(book.open == busy)
    }

    @Test("what was pushed since a moment is distinguished from what was pushed before")
    func touched() {
        var book = book()
        let all = TimeRange(0, 60 * Self.minute)
        for (windows, isUnderWay) in [([1, 2], false), ([4], true)] as [([Int64], Bool)] {
            let batch = Set(windows.map { $0 * Self.minute })
            _ = book.beginPush(batch, at: 0)
            if !isUnderWay { book.endPush(batch, at: 0) }
        }
        let moment = book.beginRead()
        #expect(book.touched(since: moment, within: all) == [4 * Self.minute], "its rows may come any moment")
        _ = book.beginPush([2 * Self.minute, 12 * Self.minute], at: 0)
        #expect(book.touched(since: moment, within: all) == [2, 4, 12].map { $0 * Self.minute })
        #expect(book.touched(since: moment, within: TimeRange(0, 4 * Self.minute)) == [2 * Self.minute])
    }

    @Test("a read that pushes overtook above the frontier is made again once they are quiet")
    func overtaken() {
        var book = book()
        let range = TimeRange(10 * Self.minute, 14 * Self.minute)
        let began = book.beginRead()
        for window: Int64 in [9, 11] {
            _ = book.beginPush([window * Self.minute], at: 0)
            book.endPush([window * Self.minute], at: 0)
        }
        book.openRecent(book.touched(since: began, within: range) + [5 * Self.minute])
        #expect(book.open == [9 * Self.minute, 11 * Self.minute], "5 is complete, and stays so")
        #expect(
            book.dueOpen(at: 10, quiet: 10, lengthMax: .max, within: range)
                == TimeRange(11 * Self.minute, 12 * Self.minute)
        )
    }

    @Test("nothing is opened before the first copy is complete, nor where the frontier has far to go")
    func notRecent() {
        var copying = book(frontier: nil)
        copying.openRecent(until: 100 * Self.minute)
        #expect(copying.open.isEmpty)
        var late = book(frontier: 0)
        late.openRecent(until: Int64(WindowBook.openMax) * Self.minute)
        #expect(late.open.isEmpty)
        var ancient = book(frontier: .min + 2)
        ancient.openRecent(until: .max)
        #expect(ancient.open.isEmpty, "a device's clock can be centuries back")
    }

    @Test("times before 1970 and at the ends of what there is fall into windows without a trap")
    func extremes() {
        let book = book()
        #expect(book.window(of: -1) == -Self.minute)
        #expect(book.window(of: TimeRange.earliest) <= TimeRange.earliest)
        #expect(book.window(of: TimeRange.latest) <= TimeRange.latest)
        #expect(TimeRange.all.length == .max)
        #expect(TimeRange(5, 3).isEmpty)
    }

    /// A source whose points are overwritten, pushes that come late and in any order, reads that are slow, crashes that
    /// forget everything but what was recorded: at the end, everything that is claimed complete is right.
    @Test(
        "whatever the order of pushes, reads and crashes, complete windows have the source's last values",
        arguments: 1...200
    )
    func simulation(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var simulation = Simulation()
        for _ in 0..<400 { simulation.step(&random) }
        simulation.settle()
        #expect(simulation.warehouse == simulation.source)
        #expect(simulation.violations == 0)
    }
}

/// See ``WindowBookTests/simulation(_:)``. A window is one point; time stands still but for the frontier.
private struct Simulation {
    private static let windows: Int64 = 12
    private struct Read {
        var range: TimeRange
        var began: UInt64
        var purpose: WindowBook.Purpose
        /// What the source had when the read began.
        var values: [Int64: Int]
    }

    private(set) var source: [Int64: Int] = [:]
    private(set) var warehouse: [Int64: Int] = [:]
    /// How often a complete window was found wrong although no push of it was on its way.
    private(set) var violations = 0
    private var book = WindowBook(length: 1, frontier: 0)
    private var recordedFrontier: Int64 = 0
    private var recordedOpen: Set<Int64> = []
    private var pushes: [(window: Int64, value: Int)] = []
    private var reading: Read?
    private var counter = 0

    mutating func step(_ random: inout SplitMix64) {
        switch random.next() % 10 {
        case 0, 1, 2:
            counter += 1
            let window = Int64(random.next() % UInt64(Self.windows))
            source[window] = counter
            // Some pushes are lost; what is read later brings them. Only those of windows already read are the sweep's.
            let isBeingRead = reading.map { $0.range.contains(window) } ?? false
            let isPushed = window < recordedFrontier || isBeingRead || random.next() % 4 > 0
            if isPushed { pushes.append((window, counter)) }
        case 3, 4, 5:
            guard !pushes.isEmpty else { return }
            let push = pushes.remove(at: Int(random.next() % UInt64(pushes.count)))
            record(book.beginPush([push.window], at: 0))
            warehouse[push.window] = push.value
            book.endPush([push.window], at: 0)
        case 6, 7:
            guard reading == nil else { return }
            begin()
        case 8:
            end()
        default:
            guard random.next() % 8 == 0 else { return }
            // A crash: pushes that were not inserted are lost with it, save that the source sends no others either.
            let lost = pushes
            pushes = []
            // It may have inserted rows, old ones by now, and not come to record what they complete.
            for (window, value) in reading?.values ?? [:] { warehouse[window] = value }
            reading = nil
            book = WindowBook(length: 1, frontier: recordedFrontier, open: recordedOpen)
            // The sweep finds what was pushed to nobody.
            record(book.reopen(lost.map(\.window)))
        }
        check()
    }

    private mutating func begin() {
        let purpose: WindowBook.Purpose
        let range: TimeRange
        if let open = book.dueOpen(at: 0, quiet: 0, lengthMax: 3) {
            (purpose, range) = (.open, open)
        } else if let due = book.dueFrontier(at: Self.windows, lookback: 0, lengthMax: 2) {
            (purpose, range) = (.frontier, due)
        } else {
            return
        }
        reading = Read(
            range: range,
            began: book.beginRead(),
            purpose: purpose,
            values: source.filter { range.contains($0.key) }
        )
    }

    private mutating func end() {
        guard let read = reading else { return }
        for (window, value) in read.values { warehouse[window] = value }
        record(book.endRead(read.range, began: read.began, for: read.purpose))
        reading = nil
    }

    private mutating func record(_ changes: WindowBook.Changes) {
        recordedOpen.formUnion(changes.opened)
        recordedOpen.subtract(changes.closed)
        if let frontier = changes.frontier { recordedFrontier = frontier }
    }

    private mutating func check() {
        let waiting = Set(pushes.map(\.window))
        for window in 0..<Self.windows where book.isComplete(window) && !waiting.contains(window) {
            let isBeingRead = reading.map { $0.range.contains(window) } ?? false
            if !isBeingRead, warehouse[window] != source[window] { violations += 1 }
        }
    }

    mutating func settle() {
        end()
        for push in pushes {
            record(book.beginPush([push.window], at: 0))
            warehouse[push.window] = push.value
            book.endPush([push.window], at: 0)
        }
        pushes = []
        for _ in 0..<100 {
            begin()
            end()
        }
    }
}

/// Sebastiano Vigna's generator: small, and the same everywhere.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
