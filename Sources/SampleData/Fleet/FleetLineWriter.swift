import ColumnarBytes
import InfluxProtocol

/// Writes points of one stream as line protocol.
///
/// Series and texts are escaped once, by `LineProtocolWriter`; a point costs copies of them and the digits of its
/// numbers, which are integers here and so exact: no floating point, no allocation.
struct FleetLineWriter {
    private let stream: FleetStream
    private let fields: [FieldText]
    private var members: [Int: MemberText] = [:]

    /// How a field is written.
    private struct FieldText {
        /// `,name=`
        var name: [UInt8]
        var type: FieldType
        var scale: Int
        /// Strings as they are written, by their index.
        var texts: [[UInt8]]
    }

    /// What lines of a member have in common.
    private final class MemberText {
        var release = -1
        /// Measurement and tags, with a space at the end.
        var series: [UInt8] = []
        /// For each field what its value is divided by, and the digits after the point.
        var divisors: [Int64] = []
        var digits: [Int] = []
        let member: FleetStream.Member

        init(_ member: FleetStream.Member) { self.member = member }
    }

    init(_ stream: FleetStream) {
        self.stream = stream
        fields = stream.measurement.fields.map { field in
            FieldText(
                name: Array(",\(field.name)=".utf8),
                type: field.type,
                scale: field.scale,
                texts: (field.vocabulary ?? []).map(FleetLineWriter.quoted)
            )
        }
    }

    /// Appends a line.
    mutating func write(_ point: FleetPoint, of member: FleetStream.Member, to out: GrowableBytes) {
        let text = text(of: member)
        if text.release != point.release {
            text.release = point.release
            text.series = series(member, release: point.release)
        }
        let sink = out.sink
        text.series.withUnsafeBytes { sink.append($0) }
        var isFirst = true
        for index in fields.indices where point.has(index) {
            fields[index].name.withUnsafeBytes {
                sink.append(isFirst ? UnsafeRawBufferPointer(rebasing: $0.dropFirst()) : $0)
            }
            isFirst = false
            let value = point.values[index]
            switch fields[index].type {
            case .float:
                FleetLineWriter.decimal(value / text.divisors[index], digits: text.digits[index], to: sink)
            case .string:
                fields[index].texts[Int(value)].withUnsafeBytes { sink.append($0) }
            case .boolean:
                sink.append(value == 0 ? UInt8(ascii: "f") : UInt8(ascii: "t"))
            case .integer, .unsigned:
                FleetLineWriter.decimal(value, digits: 0, to: sink)
                sink.append(UInt8(ascii: "i"))
            }
        }
        sink.append(UInt8(ascii: " "))
        FleetLineWriter.decimal(point.time, digits: 0, to: sink)
        sink.append(UInt8(ascii: "\n"))
    }

    private mutating func text(of member: FleetStream.Member) -> MemberText {
        if let text = members[member.number] { return text }
        let text = MemberText(member)
        for field in stream.measurement.fields {
            var digits = field.scale
            if case .device(let device) = member { digits = min(device.model.fractionDigits(of: field), field.scale) }
            var divisor: Int64 = 1
            for _ in digits..<field.scale { divisor *= 10 }
            text.divisors.append(divisor)
            text.digits.append(digits)
        }
        members[member.number] = text
        return text
    }

    /// The tags' values of a series, in the order of `FleetMeasurement.tags`.
    static func tagValues(_ measurement: FleetMeasurement, _ member: FleetStream.Member, release: Int) -> [String] {
        let site = FleetSite.all[member.site].name
        switch member {
        case .device(let device) where measurement == .readings:
            return [device.id, FleetModel.firmware(release), device.model.name, site]
        case .device(let device): return [device.id, FleetModel.firmware(release), site]
        case .meter(let meter): return [meter.kind.name, meter.id, site]
        }
    }

    private func series(_ member: FleetStream.Member, release: Int) -> [UInt8] {
        let measurement = stream.measurement
        let values = FleetLineWriter.tagValues(measurement, member, release: release)
        do {
            var writer = LineProtocolWriter()
            writer.begin(
                try SeriesKey(measurement: measurement.name, tags: zip(measurement.tags, values).map { ($0, $1) })
            )
            return Array(writer.bytes.bytes) + [UInt8(ascii: " ")]
        } catch {
            // All names are ours; a test writes each of them.
            preconditionFailure("the fleet has a tag that line protocol cannot express: \(error)")
        }
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var quoted = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        return quoted + [UInt8(ascii: "\"")]
    }

    /// `unscaled` with its last `digits` digits after a point.
    @inline(__always)
    private static func decimal(_ unscaled: Int64, digits: Int, to sink: ByteSink) {
        var rest = unscaled.magnitude
        // Sign, 20 digits, point.
        var buffer: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &buffer) { buffer in
            var index = 24
            var left = digits
            if digits > 0 {
                while left > 0 {
                    let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                    index &-= 1
                    buffer[index] = UInt8(truncatingIfNeeded: digit) &+ 48
                    rest = quotient
                    left &-= 1
                }
                index &-= 1
                buffer[index] = UInt8(ascii: ".")
            }
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                index &-= 1
                buffer[index] = UInt8(truncatingIfNeeded: digit) &+ 48
                rest = quotient
            } while rest > 0
            if unscaled < 0 {
                index &-= 1
                buffer[index] = UInt8(ascii: "-")
            }
            sink.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[index...]))
        }
    }
}
