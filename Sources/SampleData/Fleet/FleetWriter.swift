import ColumnarBytes
import InfluxClient
import InfluxProtocol
import Logging
import NIOCore
import Synchronization

/// Sends lines to InfluxDB until they are taken: errors that may pass are waited out.
///
/// A point that is sent twice is one point, so an answer that got lost does no harm.
struct FleetWriter: Sendable {
    let client: InfluxClient
    let isCompressed: Bool
    /// How long a server that takes nothing is waited for.
    var patience: Duration = .seconds(60)

    private static let firstPause: Duration = .milliseconds(100)
    private static let pauseMax: Duration = .seconds(5)

    /// - Parameter isStopping: asked between two attempts.
    /// - Returns: how many attempts failed; nil when it was asked to stop before the lines were accepted.
    func write(_ lines: GrowableBytes, isStopping: @Sendable () -> Bool = { false }) async throws -> Int? {
        let body = ByteBuffer(bytes: lines.bytes)
        var failures = 0
        var pause = FleetWriter.firstPause
        var deadline: ContinuousClock.Instant?
        while true {
            do {
                try await client.write(body, gzip: isCompressed)
                return failures
            } catch {
                try Task.checkCancellation()
                let until = deadline ?? .now + patience
                deadline = until
                guard error.isTransient, .now < until else { throw error }
                failures += 1
                if isStopping() { return nil }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, FleetWriter.pauseMax)
            }
        }
    }
}
