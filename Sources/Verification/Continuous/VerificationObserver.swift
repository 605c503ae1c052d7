import PipelineCore

/// What the comparison in the background reports about itself; called from any task, must not block.
package protocol VerificationObserver: Sendable {
    /// A span was compared: its rows at the source, and for how long the source was busy.
    func spanCompared(table: String, rows: UInt64, sourceTime: Duration)
    /// How many rows the last comparisons of all tables could not settle.
    func unsettled(rows: UInt64)
    /// How many differences of each kind a table is known to have.
    func differencesKnown(table: String, _ differences: [String: Int])
    /// A table was compared as a whole.
    ///
    /// - Parameters:
    ///   - at: seconds since 1970; now, or at the start, when an earlier process did so.
    func tableVerified(table: String, isEqual: Bool, at: Double)
    /// A table is there that was never compared; `since` is when that was first seen, in seconds since 1970.
    func tableUnverified(table: String, since: Double)
    /// What the warehouse shows of a table was compared with what the stream has made of it.
    ///
    /// - Parameter at: seconds since 1970.
    func checksumCompared(table: String, isEqual: Bool, at: Double)
    /// Of a table's checksum nothing can be said any more.
    func checksumUnknown(table: String)
    /// A table is not there any more.
    func tableGone(table: String)
    /// No table can be compared at all, for whatever is tried: a server or a right is missing.
    func comparisonFails(_ comparison: BackgroundComparison, _ explanation: Explanation)
    /// Tables can be compared.
    func comparisonWorks(_ comparison: BackgroundComparison)
    /// A table could not be compared; `cause` holds no values of rows.
    func failed(table: String, cause: String)
}
