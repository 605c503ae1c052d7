import InfluxProtocol
import Warehouse

extension SeriesTable {
    /// Rows between two marks. A measurement is read by series and time: a few minutes of each series, mostly.
    static let indexGranularity = 8192

    /// How a column is compressed: what took the fewest bytes, see docs/storage.md for the figures.
    func codec(of column: WarehouseTable.Column) -> String {
        if column.name == "time" { return " CODEC(GCD, DoubleDelta, ZSTD(1))" }
        guard let field = schema.fields.first(where: { $0.column == column.name }) else { return " CODEC(ZSTD(1))" }
        return " \(Self.codec(of: field.type))"
    }

    static func codec(of type: FieldType) -> String {
        switch type {
        // Readings move in small steps from rounded value to rounded value: their differences repeat. Gorilla packs the
        // bits so that ZSTD finds nothing to repeat.
        case .float: "CODEC(Delta, ZSTD(1))"
        case .integer, .unsigned: "CODEC(T64, ZSTD(1))"
        case .boolean, .string: "CODEC(ZSTD(1))"
        }
    }
}
