import ClickHouseClient

extension ClickHouseClient {
    /// For reads with many expressions over few rows, at a start: by default ClickHouse compiles an expression when it
    /// comes for the third time, which takes 30 ms and is of no use for a hundred rows.
    ///
    /// Not of use where the user may have a `readonly` profile, which refuses settings.
    static let interpreted = ["compile_expressions": "0", "compile_aggregate_expressions": "0"]

    /// Reads rows of a table of `leat.*`.
    ///
    /// - Parameters:
    ///   - table: named in errors: `leat.tables`.
    ///   - mayBeMissing: no rows, then, where the table or the database does not exist.
    func stateRows(
        of table: String,
        _ sql: String,
        settings: [String: String] = [:],
        parameters: [String: String?] = [:],
        mayBeMissing: Bool = false
    ) async throws -> [StateRow] {
        do {
            let answer = try await namedRows(sql, settings: settings, parameters: parameters)
            let columns = Dictionary(answer.columns.enumerated().map { ($1, $0) }) { first, _ in first }
            return answer.rows.map { StateRow(table: table, columns: columns, values: $0) }
        } catch let error as ClickHouseError
            where mayBeMissing && [.unknownDatabase, .unknownTable].contains(error.code)
        {
            return []
        }
    }
}
