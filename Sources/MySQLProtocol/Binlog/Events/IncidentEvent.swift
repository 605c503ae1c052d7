import ColumnarBytes

/// `INCIDENT_EVENT`: the source could not write events that happened (`LOST_EVENTS`). What it replicated is incomplete.
package struct IncidentEvent: Equatable, Sendable {
    /// 1: events are lost.
    package let number: UInt16
    package let message: String

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        number = try bytes.read()
        let length = try bytes.read(UInt8.self)
        message = String(decoding: try bytes.readBytes(Int(length)), as: UTF8.self)
        _ = bytes.readRest()
    }
}
