import ColumnarBytes

/// `INCIDENT_EVENT`: the source could not write events that happened (`LOST_EVENTS`). What it replicated is incomplete.
public struct IncidentEvent: Equatable, Sendable {
    /// 1: events are lost.
    public let number: UInt16
    public let message: String

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        number = try bytes.read()
        let length = try bytes.read(UInt8.self)
        message = String(decoding: try bytes.readBytes(Int(length)), as: UTF8.self)
        _ = bytes.readRest()
    }
}
