/// A field's name as line protocol writes it, escaped and with its equals sign. Made once for all points.
public struct FieldKey: Sendable, Hashable {
    /// `name=`
    public let bytes: [UInt8]

    /// - Throws: ``LineProtocolWriterError`` for what line protocol cannot express.
    public init(_ name: String) throws(LineProtocolWriterError) {
        if let reason = LineProtocolWriterError.Reason(forName: name) {
            throw LineProtocolWriterError(reason, name: name)
        }
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if EscapedBytes.key.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "="))
        self.bytes = bytes
    }
}
