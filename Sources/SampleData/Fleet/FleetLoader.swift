import ColumnarBytes
import InfluxClient
import InfluxProtocol
import Logging
import Synchronization

/// Fills an InfluxDB database with the history of a fleet, over several connections.
///
/// Points are identified by series and time, so loading again does no harm. Members whose points are all there are left
/// out, so a load that was cut off resumes where it was: repeats and corrections go with their points in one request.
package struct FleetLoader: Sendable {
    let endpoint: InfluxEndpoint
    let generator: FleetGenerator
    let connections: Int
    let isCompressed: Bool
    let logger: Logger

    /// - Parameters:
    ///   - endpoint: a user that may read from and write to the database, which must exist.
    ///   - connections: how many write at a time, 1…64.
    ///   - isCompressed: whether lines are sent as gzip.
    package init(
        endpoint: InfluxEndpoint,
        generator: FleetGenerator,
        connections: Int = 4,
        isCompressed: Bool = true,
        logger: Logger = Logger(label: "leat.generator")
    ) {
        self.endpoint = endpoint
        self.generator = generator
        self.connections = min(max(connections, 1), 64)
        self.isCompressed = isCompressed
        self.logger = logger
    }

    /// Writes what is missing of the history.
    ///
    /// - Parameter progress: called after each request, on any thread, one call at a time.
    /// - Throws: `InfluxError`, when the server refuses points or takes none for a minute. What was written before
    ///   stays.
    @discardableResult
    package func load(progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }) async throws -> LoadSummary {
        let client = InfluxClient(endpoint: endpoint, logger: logger)
        do {
            let summary = try await load(client, progress)
            try await client.shutdown()
            return summary
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func load(
        _ client: InfluxClient,
        _ progress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadSummary {
        let start = ContinuousClock.now
        var missing: [[FleetChunk]] = []
        var points = 0
        var present = 0
        for measurement in FleetMeasurement.allCases {
            let counts = generator.counts(measurement)
            let found = try await self.present(measurement, client)
            let stream = generator.stream(measurement)
            var complete: Set<Int> = []
            for (index, count) in counts.enumerated() {
                points += count
                guard found[memberName(stream.member(index + 1))] == count else { continue }
                complete.insert(index + 1)
                present += count
            }
            missing.append(generator.chunks(measurement).filter { !complete.contains($0.member) })
        }
        let state = FleetLoadState(present: present, expected: points, start: start, progress: progress)
        let writer = FleetWriter(client: client, isCompressed: isCompressed)
        for chunks in missing where !chunks.isEmpty { try await load(chunks, writer, state) }
        return LoadSummary(rowsLoaded: state.loaded, rows: points, elapsed: .now - start)
    }

    private func memberName(_ member: FleetStream.Member) -> String {
        switch member {
        case .device(let device): device.id
        case .meter(let meter): meter.id
        }
    }

    /// How many points there are of each member in the time of the history.
    private func present(_ measurement: FleetMeasurement, _ client: InfluxClient) async throws -> [String: Int] {
        let span = generator.span(measurement)
        let tag = measurement.memberTag
        let result = try await client.query(
            "SELECT COUNT(\"\(measurement.fields[0].name)\") FROM \"\(measurement.name)\""
                + " WHERE time >= \(span.lowerBound) AND time < \(span.upperBound) GROUP BY \"\(tag)\"",
            timeout: .seconds(300)
        )
        var counts: [String: Int] = [:]
        for series in result.series {
            guard let name = series.tags[tag], case .integer(let count)?? = series.column("count").first else {
                continue
            }
            counts[name] = Int(count)
        }
        return counts
    }

    private func load(_ chunks: [FleetChunk], _ writer: FleetWriter, _ state: FleetLoadState) async throws {
        let queue = FleetQueue(chunks)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(connections, chunks.count) {
                group.addTask {
                    let lines = GrowableBytes(minimumCapacity: 1 << 20)
                    while let chunk = queue.next() {
                        try Task.checkCancellation()
                        lines.removeAll()
                        let done = generator.render(chunk, into: lines)
                        if done.lines > 0 { _ = try await writer.write(lines) }
                        state.loaded(done.points, of: chunk.measurement)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Pieces that several connections take in turn.
private final class FleetQueue: Sendable {
    private let rest: Mutex<ArraySlice<FleetChunk>>

    init(_ chunks: [FleetChunk]) { rest = Mutex(chunks[...]) }

    func next() -> FleetChunk? { rest.withLock { $0.popFirst() } }
}

/// Points counted by all connections, and the reporting of them.
private final class FleetLoadState: Sendable {
    private let count = Mutex(0)
    private let present: Int
    private let expected: Int
    private let start: ContinuousClock.Instant
    private let progress: @Sendable (LoadProgress) -> Void

    init(
        present: Int,
        expected: Int,
        start: ContinuousClock.Instant,
        progress: @escaping @Sendable (LoadProgress) -> Void
    ) {
        self.present = present
        self.expected = expected
        self.start = start
        self.progress = progress
    }

    var loaded: Int { count.withLock { $0 } }

    func loaded(_ points: Int, of measurement: FleetMeasurement) {
        count.withLock { count in
            count += points
            progress(
                LoadProgress(
                    table: measurement.name,
                    rows: present + count,
                    rowsExpected: expected,
                    rowsLoaded: count,
                    elapsed: .now - start
                )
            )
        }
    }
}
