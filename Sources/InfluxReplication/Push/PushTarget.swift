import InfluxProtocol

/// Into what pushed points of a measurement are decoded: made again whenever its schema changes.
final class PushTarget: Sendable {
    let key: MeasurementKey
    let table: SeriesTable
    let columns: [SeriesColumn]
    /// Of the column `time`.
    let timePlace: Int
    /// Names of tags with their columns.
    let tags: [(name: [UInt8], column: Int)]
    /// Names and types of fields with their columns.
    let fields: [(name: [UInt8], type: FieldType, column: Int)]
    /// Names of fields with several types: only the source knows what it makes of their values.
    let mixedFields: Set<[UInt8]>

    init(key: MeasurementKey, table: SeriesTable) {
        self.key = key
        self.table = table
        columns = table.seriesColumns
        var timePlace = 0
        var tags: [(name: [UInt8], column: Int)] = []
        var fields: [(name: [UInt8], type: FieldType, column: Int)] = []
        for (place, column) in columns.enumerated() {
            switch column.kind {
            case .time: timePlace = place
            case .tag: tags.append((Array(column.name.utf8), place))
            case .field(let type):
                let name = table.schema.fields.first { $0.column == column.name }?.name ?? column.name
                fields.append((Array(name.utf8), type, place))
            }
        }
        self.timePlace = timePlace
        self.tags = tags
        self.fields = fields
        mixedFields = Set(table.schema.mixedFields.map { Array($0.utf8) })
    }
}
