import ColumnarBytes

/// How the events of a binlog are checksummed; each FORMAT_DESCRIPTION says it for what follows.
public enum BinlogChecksum: UInt8, Equatable, Sendable {
    case none = 0
    case crc32 = 1

    /// Bytes at the end of each event.
    public var byteCount: Int { self == .none ? 0 : 4 }

    /// Whether the four bytes at the end of a whole event are the CRC-32 of the rest.
    static func isValid(event: UnsafeRawBufferPointer, isFormatDescription: Bool) -> Bool {
        let covered = event.count - 4
        guard covered >= BinlogEventHeader.byteCount else { return false }
        let expected = UInt32(littleEndian: event.loadUnaligned(fromByteOffset: covered, as: UInt32.self))
        var crc = CRC32()
        if isFormatDescription {
            // The server flips "binlog in use" in place when it opens and closes the file, without a new checksum: the
            // flag counts as clear.
            let flags = BinlogEventHeader.byteCount - 2
            crc.update(UnsafeRawBufferPointer(rebasing: event[..<flags]))
            withUnsafeBytes(of: event[flags] & ~1) { crc.update($0) }
            crc.update(UnsafeRawBufferPointer(rebasing: event[(flags + 1)..<covered]))
        } else {
            crc.update(UnsafeRawBufferPointer(rebasing: event[..<covered]))
        }
        return crc.value == expected
    }
}
