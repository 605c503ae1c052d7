import InfluxClient
import InfluxProtocol
import Warehouse

/// A column of the rollups: what is kept of one field.
struct RollupColumn: Hashable {
    enum Aggregate: String {
        case sum, min, max, last, count
    }

    var field: MeasurementSchema.Field
    var aggregate: Aggregate

    /// `temperature_max`
    var name: String { "\(field.column)_\(aggregate.rawValue)" }

    /// In the order of the table. Of texts and truth values there are only the last one and the number.
    static func columns(of field: MeasurementSchema.Field) -> [RollupColumn] {
        let aggregates: [Aggregate] =
            switch field.type {
            case .float, .integer, .unsigned: [.sum, .min, .max, .last, .count]
            case .boolean, .string: [.last, .count]
            }
        return aggregates.map { RollupColumn(field: field, aggregate: $0) }
    }

    /// Sums are kept rather than means, so that hours follow from minutes; of whole numbers wide enough to be exact.
    var type: String {
        switch aggregate {
        case .count: return "UInt64"
        case .sum:
            return switch field.type {
            case .integer: "Nullable(Int128)"
            case .unsigned: "Nullable(UInt128)"
            case .float, .boolean, .string: "Nullable(Float64)"
            }
        case .min, .max, .last: return SeriesTable.field(field).type
        }
    }

    var codec: String {
        switch (aggregate, field.type) {
        case (.count, _): "CODEC(T64, ZSTD(1))"
        // 128 bits, which no other codec takes.
        case (.sum, .integer), (.sum, .unsigned): "CODEC(ZSTD(1))"
        default: SeriesTable.codec(of: field.type)
        }
    }

    /// From the points' column.
    func overPoints(_ column: String) -> String {
        switch aggregate {
        case .sum:
            return switch field.type {
            case .integer: "sum(toInt128(\(column)))"
            case .unsigned: "sum(toUInt128(\(column)))"
            case .float, .boolean, .string: "sum(\(column))"
            }
        case .min, .max, .count: return "\(aggregate.rawValue)(\(column))"
        // Skips the points that lack the field.
        case .last: return "argMax(\(column), time)"
        }
    }

    /// From the same column of a finer rollup.
    func overFiner(_ column: String) -> String {
        switch aggregate {
        case .sum, .count: "sum(\(column))"
        case .min, .max: "\(aggregate.rawValue)(\(column))"
        case .last: "argMax(\(column), time)"
        }
    }
}
