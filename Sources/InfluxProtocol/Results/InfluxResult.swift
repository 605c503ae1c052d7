/// A small result, held whole.
package struct InfluxResult: Sendable, Hashable {
    /// The rows of one measurement, and of one combination of tags where the query groups.
    package struct Series: Sendable, Hashable {
        package var name: String
        /// What `GROUP BY` names.
        package var tags: [String: String]
        /// `time`, as nanoseconds since 1970, comes first in results of `SELECT`.
        package var columns: [String]
        /// Rows; `nil` is NULL. A float without fraction comes as `.integer`: JSON does not tell them apart.
        package var values: [[InfluxValue?]]

        package init(name: String, tags: [String: String] = [:], columns: [String], values: [[InfluxValue?]]) {
            self.name = name
            self.tags = tags
            self.columns = columns
            self.values = values
        }

        /// All values of one column; empty where there is no such column.
        package func column(_ name: String) -> [InfluxValue?] {
            guard let index = columns.firstIndex(of: name) else { return [] }
            return values.map { index < $0.count ? $0[index] : nil }
        }
    }

    /// The answer to one statement.
    package struct Statement: Sendable, Hashable {
        package var series: [Series]
        /// What the server has to say besides, a warning as a rule.
        package var messages: [String]

        package init(series: [Series], messages: [String] = []) {
            self.series = series
            self.messages = messages
        }
    }

    /// One for each statement of the query, in order.
    package var statements: [Statement]

    package init(statements: [Statement]) { self.statements = statements }

    /// The series of the first statement.
    package var series: [Series] { statements.first?.series ?? [] }
}
