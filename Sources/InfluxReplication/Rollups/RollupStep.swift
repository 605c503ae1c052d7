/// The lengths of time over which measurements are summed up.
package enum RollupStep: String, Sendable, Hashable, CaseIterable {
    case minute = "1m"
    case hour = "1h"
    case day = "1d"

    package var seconds: Int64 {
        switch self {
        case .minute: 60
        case .hour: 3600
        case .day: 86_400
        }
    }

    /// What it is computed from; `nil` for the points themselves.
    var finer: RollupStep? {
        switch self {
        case .minute: nil
        case .hour: .minute
        case .day: .hour
        }
    }

    /// The start of the bucket that holds the instant, both in seconds since the epoch.
    func start(of second: Int64) -> Int64 {
        let rest = second % seconds
        return second - (rest < 0 ? rest + seconds : rest)
    }

    /// The start of the bucket of a column of times, in ClickHouse. In milliseconds, since that variant alone gives a
    /// `DateTime64`, which reaches back before 1970.
    func bucket(of column: String) -> String {
        "toStartOfInterval(\(column), toIntervalMillisecond(\(seconds * 1000)))"
    }
}
