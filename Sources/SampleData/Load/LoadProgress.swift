/// How far loading a shop or a fleet has come.
package struct LoadProgress: Sendable, Equatable {
    /// The table or measurement being loaded.
    package var table: String
    /// Rows in all tables so far, with those found at the start.
    package var rows: Int
    /// Rows in all tables in the end.
    package var rowsExpected: Int
    /// Rows loaded by this run.
    package var rowsLoaded: Int
    /// Since loading began.
    package var elapsed: Duration

    /// Rows per second of this run.
    package var rowsPerSecond: Double {
        let seconds = elapsed / .seconds(1)
        return seconds > 0 ? Double(rowsLoaded) / seconds : 0
    }

    /// 0…1
    package var fraction: Double { rowsExpected > 0 ? Double(rows) / Double(rowsExpected) : 1 }

    /// Time left at the present speed; nil while there is none.
    package var remaining: Duration? {
        rowsLoaded > 0 ? elapsed * (Double(rowsExpected - rows) / Double(rowsLoaded)) : nil
    }
}

/// What loading a shop or a fleet did.
package struct LoadSummary: Sendable, Equatable {
    /// Rows or points loaded by this run; 0 where all were there.
    package let rowsLoaded: Int
    /// Rows or points of all of it.
    package let rows: Int
    package let elapsed: Duration
}
