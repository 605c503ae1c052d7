/// The checksum of a table after all batches up to a number.
public struct ChecksumBase: Sendable, Hashable {
    public var number: UInt64
    public var checksum: RowsChecksum

    public init(number: UInt64, checksum: RowsChecksum) {
        self.number = number
        self.checksum = checksum
    }
}
