import ColumnarBytes

/// Reads line protocol and hands out each line as a ``LinePoint``: views into the input, no allocation for a value.
///
/// Malformed lines are reported with their number and the good ones kept; no input makes it trap. Memory is reused from
/// call to call, so keep one parser for many bodies; one task at a time. What it takes is what InfluxDB takes, and CRLF
/// at the end of lines. It is more careful than the server in one respect: a malformed line ends with its line feed
/// even when a stray quote stands in it, so that the lines after it are kept.
/// Reference: https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
public final class LineProtocolParser {
    private var storage = LineStorage()

    public init() {}

    /// Reads all lines.
    ///
    /// - Parameters:
    ///   - bytes: Whole lines; the last line feed may be absent. Must not change during the call.
    ///   - precision: The unit of the timestamps.
    ///   - point: Gets every line that could be read, in order. The point is valid during this call only.
    ///   - malformed: Gets every line that could not. There may be as many as there are lines: bound what is logged.
    public func parse(
        _ bytes: UnsafeRawBufferPointer,
        precision: TimePrecision = .nanoseconds,
        point: (LinePoint) throws -> Void,
        malformed: (LineProtocolError) throws -> Void
    ) rethrows {
        guard let base = bytes.baseAddress else { return }
        // Whatever is unescaped within one line takes no more room than the input, so views into it never move.
        var scanner = LineScanner(base, count: bytes.count, precision: precision, storage: storage)
        storage = LineStorage()
        defer { storage = scanner.takeStorage() }
        while true {
            switch scanner.next() {
            case .end: return
            case .malformed(let error): try malformed(error)
            case .point:
                try scanner.storage.tags.withUnsafeBufferPointer { tags in
                    try scanner.storage.fields.withUnsafeBufferPointer { fields in
                        try point(
                            LinePoint(
                                line: scanner.lineOfPoint,
                                series: scanner.series,
                                measurement: scanner.measurement,
                                tags: tags,
                                fields: fields,
                                time: scanner.time
                            )
                        )
                    }
                }
            }
        }
    }
}
