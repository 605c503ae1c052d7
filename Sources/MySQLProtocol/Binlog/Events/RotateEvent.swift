import ColumnarBytes

/// `ROTATE_EVENT`: the binlog continues in another file. The artificial one, which opens a stream and each file of it,
/// only names the file and is no progress.
public struct RotateEvent: Equatable, Sendable {
    /// Where to continue in the next file; 4 is its beginning.
    public let position: UInt64
    public let fileName: String
    /// Made up by the sender.
    public let isArtificial: Bool

    init(decoding bytes: inout ByteCursor, isArtificial: Bool) throws(ByteCursorError) {
        position = try bytes.read()
        fileName = String(decoding: bytes.readRest(), as: UTF8.self)
        self.isArtificial = isArtificial
    }
}
