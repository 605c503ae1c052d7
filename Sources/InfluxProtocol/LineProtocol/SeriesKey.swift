import ColumnarBytes

/// Measurement and tags as line protocol writes them: escaped, tags sorted by key. Made once for all points of a
/// series.
public struct SeriesKey: Sendable, Hashable {
    /// `measurement,key=value,…`
    public let bytes: [UInt8]

    /// - Parameter tags: Keys and values, in any order; those with an empty value are left out, since line protocol has
    ///   none.
    /// - Throws: ``LineProtocolWriterError`` for what line protocol cannot express.
    public init(measurement: String, tags: [(String, String)] = []) throws(LineProtocolWriterError) {
        var bytes: [UInt8] = []
        if measurement.utf8.first == UInt8(ascii: "#") {
            throw LineProtocolWriterError(.comment, name: measurement)
        }
        try Self.append(measurement, .measurement, to: &bytes)
        let sorted = tags.filter { !$0.1.isEmpty }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        var previous: String?
        for (key, value) in sorted {
            if key == previous { throw LineProtocolWriterError(.duplicateTag, name: key) }
            previous = key
            bytes.append(UInt8(ascii: ","))
            try Self.append(key, .key, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            try Self.append(value, .key, to: &bytes)
        }
        if bytes.count > LineScanner.seriesBytesMax { throw LineProtocolWriterError(.tooLong, name: measurement) }
        self.bytes = bytes
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
