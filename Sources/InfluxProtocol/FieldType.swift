/// The types of a field, as `SHOW FIELD KEYS` names them.
///
/// `unsigned` exists in line protocol (suffix `u`) and in servers that were built for it.
/// Source: https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/#data-types
public enum FieldType: String, Sendable, Hashable, Codable, CaseIterable {
    case float, integer, unsigned, boolean, string
}
