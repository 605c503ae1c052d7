import ColumnarBytes

extension MySQLType {
    /// How values of this type lie in a ``ColumnBuffer``; nil for types that are not carried over yet.
    ///
    /// As the types' descriptors say:
    ///
    /// | type | layout |
    /// |---|---|
    /// | integer | same width; 3 bytes extended to 4 |
    /// | decimal(p, s) | two's complement of value × 10^s in 4 (p ≤ 9), 8 (≤ 18), 16 (≤ 38) or 32 bytes |
    /// | float, double | IEEE bits |
    /// | bit | UInt64 |
    /// | date | Int32, days since 1970-01-01 |
    /// | dateTime(n), timestamp(n) | Int64, ticks of 10^-n seconds since 1970-01-01 00:00:00 |
    /// | year | UInt16 |
    /// | enumeration | UInt16 ordinals into the values |
    /// | all others | bytes |
    public var columnLayout: ColumnBuffer.Layout? { descriptor.layout }
}
