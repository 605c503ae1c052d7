import ColumnarBytes
import InfluxProtocol
import Testing

@testable import SampleData

/// Lines put together as InfluxDB does it: one point per series and time, and of each field the last value.
struct FleetLines {
    struct Key: Hashable {
        var series: String
        var time: Int64
    }

    struct Point {
        var tags: [String: String]
        var fields: [String: InfluxValue]
    }

    var points: [Key: Point] = [:]
    var lines = 0

    /// All of a measurement, piece by piece.
    init(_ generator: FleetGenerator, _ measurement: FleetMeasurement) {
        let out = GrowableBytes()
        for chunk in generator.chunks(measurement) {
            out.removeAll()
            let done = generator.render(chunk, into: out)
            let before = (lines, points.count)
            add(out.bytes)
            #expect(done.lines == lines - before.0)
            #expect(done.points == points.count - before.1)
        }
    }

    init() {}

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        LineProtocolParser().parse(bytes) { point in
            lines += 1
            let key = Key(series: String(decoding: point.series, as: UTF8.self), time: point.time ?? 0)
            var held = points[key] ?? Point(tags: FleetLines.tags(point), fields: [:])
            for field in point.fields { held.fields[String(decoding: field.key, as: UTF8.self)] = field.value.copy }
            points[key] = held
        } malformed: { error in
            Issue.record("\(error)")
        }
    }

    private static func tags(_ point: LinePoint) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: point.tags.map {
                (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
            }
        )
    }
}
