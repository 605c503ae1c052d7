import Foundation
import LeatTestSupport
import Synchronization

/// Devices that write while something is broken: most points at the present time, some late, some twice, some
/// corrected, some fields left out. What the server does not take is sent again, as devices do.
final class SeriesLoad: Sendable {
    private let bench: SeriesBench
    private let sent = Mutex(0)

    /// Points sent and taken.
    var points: Int { sent.withLock { $0 } }

    init(_ bench: SeriesBench) { self.bench = bench }

    /// Writes while `body` runs.
    func run(_ body: () async throws -> Void) async throws {
        let writing = Task { try await write() }
        do {
            try await body()
        } catch {
            writing.cancel()
            throw error
        }
        writing.cancel()
        _ = try? await writing.value
    }

    private func write() async throws {
        var earlier: [String] = []
        var number = 0
        while !Task.isCancelled {
            var lines: [String] = []
            for device in 0..<40 {
                number += 1
                var time = SeriesBench.now() + Int64(device)
                if number % 17 == 0 { time -= Int64(number % 300) * 1_000_000_000 }
                var fields = ["temperature=\(Double(number % 1000) / 10)"]
                if number % 3 > 0 { fields.append("count=\(number)i") }
                if number % 7 == 0 { fields.append("status=\"s\(number % 5)\"") }
                let line = "readings,device=d\(device),site=s\(device % 3) \(fields.joined(separator: ",")) \(time)"
                lines.append(line)
                if number % 11 == 0 { earlier.append(line) }
            }
            if number % 200 == 0, let again = earlier.randomElement() {
                lines.append(again)
                // The same point with another value.
                lines.append(again.replacing("temperature=", with: "temperature=-"))
            }
            let body = lines.joined(separator: "\n")
            // A write that was begun is brought to its end, or nobody would know what the server has.
            try await Task { try await bench.write(body) }.value
            sent.withLock { $0 += lines.count }
            try? await Task.sleep(for: .milliseconds(40))
        }
    }

    /// Waits until `count` more points were sent.
    func more(_ count: Int) async throws {
        let target = points + count
        try await eventually("\(count) more points are sent", within: .seconds(120)) { points >= target }
    }
}
