/// The checksum of a table after all batches up to a number.
package struct ChecksumBase: Sendable, Hashable {
    package var number: UInt64
    package var checksum: RowsChecksum

    package init(number: UInt64, checksum: RowsChecksum) {
        self.number = number
        self.checksum = checksum
    }
}
