import WireBytes

/// Measurement and tags as line protocol writes them: escaped, tags sorted by key. Made once for all points of a series.
public struct SeriesKey: Sendable, Hashable {
    /// `measurement,key=value,…`
    public let bytes: [UInt8]

    /// - Parameter tags: In any order; those with an empty value are left out, since line protocol has none.
    /// - Throws: ``LineProtocolWriterError`` for what line protocol cannot express.
    public init(measurement: String, tags: some Sequence<(key: String, value: String)>) throws(LineProtocolWriterError)
    {
        var bytes: [UInt8] = []
        if measurement.utf8.first == UInt8(ascii: "#") {
            throw LineProtocolWriterError(.comment, name: measurement)
        }
        try Self.append(measurement, .measurement, to: &bytes)
        let sorted = tags.filter { !$0.value.isEmpty }.sorted { left, right in
            left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
        var previous: String?
        for tag in sorted {
            if tag.key == previous { throw LineProtocolWriterError(.duplicateTag, name: tag.key) }
            previous = tag.key
            bytes.append(UInt8(ascii: ","))
            try Self.append(tag.key, .key, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            try Self.append(tag.value, .key, to: &bytes)
        }
        if bytes.count > LineScanner.seriesBytesMax { throw LineProtocolWriterError(.tooLong, name: measurement) }
        self.bytes = bytes
    }

    /// A series without tags.
    public init(measurement: String) throws(LineProtocolWriterError) {
        try self.init(measurement: measurement, tags: EmptyCollection<(key: String, value: String)>())
    }

    private static func append(
        _ name: String,
        _ kind: EscapedBytes,
        to bytes: inout [UInt8]
    ) throws(LineProtocolWriterError) {
        if let reason = LineProtocolWriterError.Reason(forName: name) {
            throw LineProtocolWriterError(reason, name: name)
        }
        for byte in name.utf8 {
            if kind.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
    }
}
