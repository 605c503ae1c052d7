/// One row of a table of `leat.*`, its values by the names of their columns.
///
/// The only place where text becomes a value: whoever reads a table gets fields with types, or an error that names
/// table, column and value.
struct StateRow: Sendable {
    /// `leat.tables`
    let table: String
    private let columns: [String: Int]
    private let values: [String?]

    init(table: String, columns: [String: Int], values: [String?]) {
        self.table = table
        self.columns = columns
        self.values = values
    }

    func text(_ column: String) throws(PipelineError) -> String {
        guard let index = columns[column], values.indices.contains(index) else { throw unreadable(column, "nothing") }
        guard let value = values[index] else { throw unreadable(column, "NULL") }
        return value
    }

    func number<Number: LosslessStringConvertible & Numeric>(
        _ column: String,
        as type: Number.Type = Number.self
    ) throws(PipelineError) -> Number {
        try parse(column, try text(column))
    }

    func flag(_ column: String) throws(PipelineError) -> Bool {
        let value = try text(column)
        switch value {
        case "1", "true": return true
        case "0", "false": return false
        default: throw unreadable(column, "`\(value)`")
        }
    }

    /// One of an enumeration's words.
    func choice<Choice: RawRepresentable<String>>(
        _ column: String,
        as type: Choice.Type = Choice.self
    ) throws(PipelineError) -> Choice {
        let value = try text(column)
        guard let choice = Choice(rawValue: value) else { throw unreadable(column, "`\(value)`") }
        return choice
    }

    /// An array, which the statement must have made text by `toString(…)`.
    func texts(_ column: String) throws(PipelineError) -> [String] {
        let value = try text(column)
        guard let elements = ArrayLiteral.elements(value) else { throw unreadable(column, "`\(value)`") }
        return elements
    }

    /// As ``texts(_:)``, of numbers.
    func numbers<Number: LosslessStringConvertible & Numeric>(
        _ column: String,
        as type: Number.Type = Number.self
    ) throws(PipelineError) -> [Number] {
        var numbers: [Number] = []
        for element in try texts(column) { numbers.append(try parse(column, element)) }
        return numbers
    }

    private func parse<Number: LosslessStringConvertible>(
        _ column: String,
        _ value: String
    ) throws(PipelineError) -> Number {
        guard let number = Number(value) else { throw unreadable(column, "`\(value)`") }
        return number
    }

    /// - Parameter found: as it stands in the message.
    func unreadable(_ column: String, _ found: String) -> PipelineError {
        PipelineError(
            .corruptState,
            "\(table): the column `\(column)` holds \(found), which Leat \(LeatVersion.current) cannot read",
            remedy: "run the version of Leat that wrote it, or a newer one"
        )
    }
}
