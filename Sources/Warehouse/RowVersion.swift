/// `_version`: the batch's number and the row's place in it. Never a clock, so a later change always wins, whatever the
/// machines believe the time to be, and a replay writes what the first attempt wrote.
package enum RowVersion {
    /// Bits that hold the row's ordinal.
    package static let ordinalBits: UInt64 = 24
    /// Rows that one batch can hold.
    package static let rowsMax = 1 << 24

    @inlinable
    package static func first(ofBatch number: UInt64) -> UInt64 { number << ordinalBits }

    /// Above all rows of the batch, and below the next batch.
    @inlinable
    package static func last(ofBatch number: UInt64) -> UInt64 { first(ofBatch: number) | (1 << ordinalBits - 1) }

    @inlinable
    package static func batch(of version: UInt64) -> UInt64 { version >> ordinalBits }
}
