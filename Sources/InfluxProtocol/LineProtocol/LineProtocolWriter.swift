import ColumnarBytes

/// Appends points as line protocol to bytes that are reused; nothing is allocated for a point.
///
/// ```swift
/// let series = try SeriesKey(measurement: "readings", tags: [("device_id", "d-1")])
/// let temperature = try FieldKey("temperature")
/// var writer = LineProtocolWriter()
/// writer.begin(series)
/// writer.add(temperature, 21.5)
/// writer.end(time: 1_700_000_000_000_000_000)
/// ```
///
/// One owner at a time: copies write to the same bytes.
/// Reference: https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
public struct LineProtocolWriter {
    /// The lines so far. The owner may take or empty them between two points.
    public let bytes: GrowableBytes
    /// Points in ``bytes`` since they were last counted from; set it back together with the bytes.
    public private(set) var points = 0
    private var lineStart = 0
    private var fields = 0

    public init(bytes: GrowableBytes = GrowableBytes()) { self.bytes = bytes }

    /// Forgets the lines and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll()
        points = 0
        fields = 0
        lineStart = 0
    }

    /// Begins a line. A line that was begun and not ended is dropped.
    public mutating func begin(_ series: SeriesKey) {
        if fields > 0 { bytes.truncate(to: lineStart) }
        fields = 0
        lineStart = bytes.count
        append(series.bytes)
    }

    /// - Returns: Whether the value was written: InfluxDB has neither NaN nor infinities.
    @discardableResult
    public mutating func add(_ key: FieldKey, _ value: Double) -> Bool {
        guard value.isFinite else { return false }
        addKey(key)
        ShortestDouble.append(value, to: bytes)
        return true
    }

    public mutating func add(_ key: FieldKey, _ value: Int64) {
        addKey(key)
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(value.magnitude)
        bytes.append(UInt8(ascii: "i"))
    }

    /// For servers that know unsigned fields (2.x, 3 Core, 1.x built for it).
    public mutating func add(_ key: FieldKey, _ value: UInt64) {
        addKey(key)
        appendDigits(value)
        bytes.append(UInt8(ascii: "u"))
    }

    public mutating func add(_ key: FieldKey, _ value: Bool) {
        addKey(key)
        bytes.append(value ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    }

    /// Any string, line feeds and quotes included.
    public mutating func add(_ key: FieldKey, _ value: String) {
        addKey(key)
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            if EscapedBytes.string.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func add(_ key: FieldKey, _ value: InfluxValue) {
        switch value {
        case .double(let value): add(key, value)
        case .integer(let value): add(key, value)
        case .unsigned(let value): add(key, value)
        case .boolean(let value): add(key, value)
        case .string(let value): add(key, value)
        }
    }

    /// Ends the line.
    ///
    /// - Parameter time: In the precision that the request will name; `nil` for the server's clock.
    /// - Returns: Whether there is a line: one without a field is dropped.
    @discardableResult
    public mutating func end(time: Int64?) -> Bool {
        defer {
            fields = 0
            lineStart = bytes.count
        }
        if fields == 0 {
            bytes.truncate(to: lineStart)
            return false
        }
        if let time {
            bytes.append(UInt8(ascii: " "))
            if time < 0 { bytes.append(UInt8(ascii: "-")) }
            appendDigits(time.magnitude)
        }
        bytes.append(UInt8(ascii: "\n"))
        points += 1
        return true
    }

    private mutating func addKey(_ key: FieldKey) {
        bytes.append(fields == 0 ? UInt8(ascii: " ") : UInt8(ascii: ","))
        append(key.bytes)
        fields += 1
    }

    private func append(_ text: [UInt8]) { text.withUnsafeBytes { bytes.append($0) } }

    private func appendDigits(_ value: UInt64) {
        let place = bytes.reserve(20)
        var rest = value
        var count = 1
        while rest >= 10 {
            rest /= 10
            count &+= 1
        }
        rest = value
        for index in stride(from: count - 1, through: 0, by: -1) {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            place.storeBytes(of: UInt8(truncatingIfNeeded: remainder) &+ 0x30, toByteOffset: index, as: UInt8.self)
            rest = quotient
        }
        bytes.commit(count)
    }
}
