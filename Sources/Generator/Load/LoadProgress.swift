/// How far loading a shop or a fleet has come.
public struct LoadProgress: Sendable, Equatable {
    /// The table or measurement being loaded.
    public var table: String
    /// Rows in all tables so far, with those found at the start.
    public var rows: Int
    /// Rows in all tables in the end.
    public var rowsExpected: Int
    /// Rows loaded by this run.
    public var rowsLoaded: Int
    /// Since loading began.
    public var elapsed: Duration

    /// Rows per second of this run.
    public var rowsPerSecond: Double {
        let seconds = elapsed / .seconds(1)
        return seconds > 0 ? Double(rowsLoaded) / seconds : 0
    }

    /// 0…1
    public var fraction: Double { rowsExpected > 0 ? Double(rows) / Double(rowsExpected) : 1 }

    /// Time left at the present speed; nil while there is none.
    public var remaining: Duration? {
        rowsLoaded > 0 ? elapsed * (Double(rowsExpected - rows) / Double(rowsLoaded)) : nil
    }
}

/// What loading a shop or a fleet did.
public struct LoadSummary: Sendable, Equatable {
    /// Rows or points loaded by this run; 0 where all were there.
    public let rowsLoaded: Int
    /// Rows or points of all of it.
    public let rows: Int
    public let elapsed: Duration
}
