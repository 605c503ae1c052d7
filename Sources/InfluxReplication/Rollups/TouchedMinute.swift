/// A minute into which points were inserted since it was last computed.
struct TouchedMinute: Hashable {
    /// Seconds since the epoch.
    var start: Int64
    /// The numbers of the notes that say so.
    var touches: [UInt64]

    /// Parts of the minutes, each within one day, so that a computation is bounded whatever was touched.
    static func parts(_ touched: [TouchedMinute]) -> [[TouchedMinute]] {
        Dictionary(grouping: touched) { RollupStep.day.start(of: $0.start) }
            .sorted { $0.key > $1.key }.map { $0.value.sorted { $0.start < $1.start } }
    }
}
