import ColumnarBytes
import InfluxProtocol
import LeatState
import Logging
import NIOCore
import Synchronization

/// Turns pushed line protocol into column batches, one measurement apart from the other.
///
/// What it does not know (a measurement, a tag, a field, another type) it leaves out and says so: discovery and a
/// windowed read bring these points. The server also pushes points that it has itself refused, because a field's type
/// conflicts; they are among those. What it knows, but may not write from the push (``PushRule``), it names by window.
actor PushIntake {
    /// A series, by the bytes of its measurement and tags: the part of a point that never has to be parsed twice.
    private struct Series {
        var bytes: [UInt8]
        /// Nil for what is not followed.
        var flow: Int?
        /// The tags' values by the target's tags; empty where absent.
        var tags: [[UInt8]]
    }

    /// What is gathered of one measurement.
    private struct Flow {
        var target: PushTarget
        var current: SeriesRows?
        var received: ContinuousClock.Instant?
        /// Batches of an earlier schema, or that were full.
        var full: [PushBatch] = []
        var spare: SeriesRows?
        var held = HeldWindows()
        let signal: AsyncStream<Void>.Continuation
    }

    /// More series than this are not remembered at a time.
    private static let seriesMax = 200_000

    private let parser = LineProtocolParser()
    private let budget: PushBudget
    private let batchRows: Int
    private let batchBytes: Int
    private let rule: PushRule
    private let windowLength: Int64
    private let onUnknown: @Sendable (MeasurementKey, Int64) -> Void
    private var flows: [Flow] = []
    private var places: [MeasurementKey: Int] = [:]
    private var series: [Int: Series] = [:]
    private var slots: [LineValue?] = []
    private var now: Int64 = 0
    private(set) var malformedLines = 0
    private(set) var points = 0

    /// - Parameters:
    ///   - windowLength: of the windows that ``takeHeld(_:)`` names, in nanoseconds.
    ///   - onUnknown: called for a point that was left out, with its time.
    init(
        budget: PushBudget,
        rule: PushRule,
        windowLength: Int64,
        batchRows: Int,
        batchBytes: Int,
        onUnknown: @escaping @Sendable (MeasurementKey, Int64) -> Void
    ) {
        self.budget = budget
        self.rule = rule
        self.windowLength = windowLength
        self.batchRows = batchRows
        self.batchBytes = batchBytes
        self.onUnknown = onUnknown
    }

    /// Follows a measurement, or continues with a new schema of one.
    ///
    /// - Returns: for a new one, a stream that signals that points have arrived.
    func follow(_ target: PushTarget) -> AsyncStream<Void>? {
        series.removeAll()
        if let place = places[target.key] {
            close(place)
            flows[place].target = target
            flows[place].spare = nil
            return nil
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        places[target.key] = flows.count
        flows.append(Flow(target: target, signal: continuation))
        return stream
    }

    /// Whether enough has come of a measurement not to wait for more.
    func isFull(_ key: MeasurementKey) -> Bool {
        guard let place = places[key] else { return false }
        return !flows[place].full.isEmpty
    }

    /// When the first of the points came that wait here; nil if none does.
    var oldest: ContinuousClock.Instant? {
        flows.compactMap { $0.full.first?.received ?? $0.received }.min()
    }

    /// Takes what has come of a measurement; whoever takes it gives its bytes back to the budget when it is written.
    func take(_ key: MeasurementKey) -> PushBatch? {
        guard let place = places[key] else { return nil }
        if flows[place].full.isEmpty { close(place) }
        return flows[place].full.isEmpty ? nil : flows[place].full.removeFirst()
    }

    /// Takes the windows of points that only a read may write.
    func takeHeld(_ key: MeasurementKey) -> HeldWindows? {
        guard let place = places[key], !flows[place].held.isEmpty else { return nil }
        defer { flows[place].held = HeldWindows() }
        return flows[place].held
    }

    /// Rows that are written: their memory is used again.
    func reuse(_ rows: SeriesRows, of target: PushTarget) {
        guard let place = places[target.key], flows[place].target === target, flows[place].spare == nil else { return }
        rows.removeAll()
        flows[place].spare = rows
    }

    /// Decodes the body of one push. `reserved` bytes of the budget are given back and what the rows take is added.
    ///
    /// - Parameter policy: `nil` for the default retention policy.
    func push(_ body: ByteBuffer, precision: TimePrecision, policy: String?, reserved: Int) {
        let before = flows.reduce(0) { $0 + ($1.current?.byteCount ?? 0) }
        var closed = 0
        let received = ContinuousClock.now
        now = WallTime.now
        body.withUnsafeReadableBytes { bytes in
            parser.parse(bytes, precision: precision) { point in
                closed += append(point, policy: policy, received: received)
            } malformed: { _ in
                malformedLines += 1
            }
        }
        let after = flows.reduce(0) { $0 + ($1.current?.byteCount ?? 0) }
        budget.add(max(0, after + closed - before))
        budget.giveBack(reserved)
        for flow in flows where flow.current?.rows ?? 0 > 0 || !flow.full.isEmpty || !flow.held.isEmpty {
            flow.signal.yield()
        }
    }

    /// - Returns: the bytes of a batch that became full.
    private func append(_ point: LinePoint, policy: String?, received: ContinuousClock.Instant) -> Int {
        // Subscriptions carry the time that the server has given the point.
        guard let time = point.time else { return 0 }
        let known = lookUp(point, policy: policy)
        guard let place = known.flow else {
            onUnknown(key(of: point, policy), time)
            return 0
        }
        let target = flows[place].target
        if !target.mixedFields.isEmpty, point.fields.contains(where: { target.mixedFields.contains(Array($0.key)) }) {
            flows[place].held.insert(time.floored(to: windowLength))
            return 0
        }
        guard fill(point.fields, target) else {
            onUnknown(target.key, time)
            return 0
        }
        guard rule.allows(time, at: now) else {
            flows[place].held.insert(time.floored(to: windowLength))
            return 0
        }
        let rows: SeriesRows
        if let current = flows[place].current {
            rows = current
        } else {
            rows = flows[place].spare ?? SeriesRows(columns: target.columns)
            flows[place].spare = nil
            flows[place].current = rows
            flows[place].received = received
        }
        rows.buffers[target.timePlace].append(time)
        for (tag, value) in zip(target.tags, known.tags) {
            value.withUnsafeBytes { rows.buffers[tag.column].appendString($0) }
        }
        for (field, value) in zip(target.fields, slots) { rows.buffers[field.column].append(value) }
        points += 1
        guard rows.rows >= batchRows || (rows.rows % 256 == 0 && rows.byteCount >= batchBytes) else { return 0 }
        let bytes = rows.byteCount
        close(place)
        return bytes
    }

    private func close(_ place: Int) {
        guard let rows = flows[place].current, rows.rows > 0 else { return }
        flows[place].full.append(
            PushBatch(target: flows[place].target, rows: rows, received: flows[place].received ?? .now)
        )
        flows[place].current = nil
        flows[place].received = nil
    }

    // MARK: Fields

    /// Puts the point's values into `slots`, by the target's fields; false if one is not as the schema has it.
    private func fill(_ fields: UnsafeBufferPointer<LineField>, _ target: PushTarget) -> Bool {
        let known = target.fields
        slots.removeAll(keepingCapacity: true)
        for _ in known.indices { slots.append(nil) }
        // Points mostly name their fields in one order: continue from where the last one was.
        var next = 0
        for field in fields {
            var found: Int?
            for offset in known.indices {
                let candidate = (next + offset) % known.count
                if Self.equal(known[candidate].name, field.key) {
                    found = candidate
                    break
                }
            }
            guard let found, known[found].type == field.value.type else { return false }
            slots[found] = field.value
            next = found + 1
        }
        return true
    }

    private static func equal(_ name: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
        name.count == bytes.count && name.withUnsafeBytes { $0.elementsEqual(bytes) }
    }

    // MARK: Series

    private func lookUp(_ point: LinePoint, policy: String?) -> Series {
        var hasher = Hasher()
        hasher.combine(bytes: point.series)
        hasher.combine(policy)
        let hash = hasher.finalize()
        if let known = series[hash], Self.equal(known.bytes, point.series),
            known.flow.map({ flows[$0].target.key.retentionPolicy == policy }) ?? true
        {
            return known
        }
        let made = makeSeries(point, policy: policy)
        // What is unknown may become known any moment.
        guard made.flow != nil else { return made }
        if series.count >= Self.seriesMax { series.removeAll() }
        series[hash] = made
        return made
    }

    private func makeSeries(_ point: LinePoint, policy: String?) -> Series {
        let unknown = Series(bytes: [], flow: nil, tags: [])
        guard let place = places[key(of: point, policy)] else { return unknown }
        let target = flows[place].target
        var values = [[UInt8]](repeating: [], count: target.tags.count)
        for tag in point.tags {
            guard let index = target.tags.firstIndex(where: { Self.equal($0.name, tag.key) }) else { return unknown }
            values[index] = Array(tag.value)
        }
        return Series(bytes: Array(point.series), flow: place, tags: values)
    }

    private func key(of point: LinePoint, _ policy: String?) -> MeasurementKey {
        MeasurementKey(name: String(decoding: point.measurement, as: UTF8.self), retentionPolicy: policy)
    }
}

extension ColumnBuffer {
    /// Appends a field's value, which must be of the column's type; NULL for none.
    fileprivate func append(_ value: LineValue?) {
        switch value {
        case nil: appendNull()
        case .double(let value): append(value.bitPattern)
        case .integer(let value): append(value)
        case .unsigned(let value): append(value)
        case .boolean(let value): append(UInt8(value ? 1 : 0))
        case .string(let bytes): appendString(bytes)
        }
    }
}
