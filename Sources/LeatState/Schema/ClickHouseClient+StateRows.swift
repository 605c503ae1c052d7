import ClickHouseClient

extension ClickHouseClient {
    /// Reads rows of a table of `leat.*`.
    ///
    /// - Parameters:
    ///   - table: named in errors: `leat.tables`.
    ///   - mayBeMissing: no rows, then, where the table or the database does not exist.
    func stateRows(
        of table: String,
        _ sql: String,
        parameters: [String: String?] = [:],
        mayBeMissing: Bool = false
    ) async throws -> [StateRow] {
        do {
            let answer = try await namedRows(sql, parameters: parameters)
            let columns = Dictionary(answer.columns.enumerated().map { ($1, $0) }) { first, _ in first }
            return answer.rows.map { StateRow(table: table, columns: columns, values: $0) }
        } catch let error as ClickHouseError
            where mayBeMissing && [.unknownDatabase, .unknownTable].contains(error.code)
        {
            return []
        }
    }
}
