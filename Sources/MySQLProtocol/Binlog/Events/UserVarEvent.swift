import ColumnarBytes

/// `USER_VAR_EVENT`: a user variable for a statement-based query that follows. The value is left out: it is data.
public struct UserVarEvent: Equatable, Sendable {
    public let name: String
    public let isNull: Bool

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        let length = try bytes.read(UInt32.self)
        name = String(decoding: try bytes.readBytes(Int(length)), as: UTF8.self)
        isNull = try bytes.read(UInt8.self) != 0
        _ = bytes.readRest()
    }
}
