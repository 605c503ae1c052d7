/// Why an event cannot be decoded. Any of them means that what follows cannot be trusted: the stream stops.
public enum BinlogError: Error, Equatable, Sendable {
    /// An event that ends before its fields do. `type` is its type code.
    case truncated(type: UInt8)
    /// An event whose fields contradict each other or the format.
    case malformed(type: UInt8, reason: String)
    /// The CRC-32 over the event is not the one at its end: damaged on disk or on the way.
    case checksumMismatch(type: UInt8, position: UInt32)
    /// A FORMAT_DESCRIPTION that names an algorithm other than none and CRC-32.
    case unknownChecksumAlgorithm(UInt8)
    /// An event whose meaning is unknown and which is not marked as ignorable: skipping it would lose changes.
    case unknownEvent(type: UInt8)
    /// A known event that cannot be carried over: a binlog older than version 4.
    case unsupportedEvent(type: UInt8)
    /// A compressed transaction in an algorithm other than zstd and none.
    case unknownCompression(UInt64)
    /// A compressed transaction whose content does not decompress, or not to the size it announces.
    case corruptPayload(reason: String)
    /// One event inside a compressed transaction is above the limit. Bytes.
    case eventTooLarge(bytes: UInt64, limit: UInt64)
}
