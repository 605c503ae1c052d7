#if DEBUG
import Foundation
import Synchronization

/// A decoder that is wrong on purpose, for the test that the comparison notices such a thing: with
/// `LEAT_FAULT_DROP_EVERY=1000` in the environment every 1000th row of the stream is lost. Only in debug builds.
enum DecoderFault {
    private static let every = ProcessInfo.processInfo.environment["LEAT_FAULT_DROP_EVERY"].flatMap { UInt64($0) }
    private static let rows = Mutex<UInt64>(0)

    /// Whether the next row is to be lost.
    static func dropsRow() -> Bool {
        guard let every, every > 0 else { return false }
        return rows.withLock { rows in
            rows += 1
            return rows.isMultiple(of: every)
        }
    }
}
#endif
