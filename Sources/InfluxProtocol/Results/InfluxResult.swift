/// A small result, held whole.
public struct InfluxResult: Sendable, Hashable {
    /// The rows of one measurement, and of one combination of tags where the query groups.
    public struct Series: Sendable, Hashable {
        public var name: String
        /// What `GROUP BY` names.
        public var tags: [String: String]
        /// `time`, as nanoseconds since 1970, comes first in results of `SELECT`.
        public var columns: [String]
        /// Rows; `nil` is NULL. A float without fraction comes as `.integer`: JSON does not distinguish them.
        public var values: [[InfluxValue?]]

        public init(name: String, tags: [String: String] = [:], columns: [String], values: [[InfluxValue?]]) {
            self.name = name
            self.tags = tags
            self.columns = columns
            self.values = values
        }

        /// All values of one column; empty where there is no such column.
        public func column(_ name: String) -> [InfluxValue?] {
            guard let index = columns.firstIndex(of: name) else { return [] }
            return values.map { index < $0.count ? $0[index] : nil }
        }
    }

    /// The answer to one statement.
    public struct Statement: Sendable, Hashable {
        public var series: [Series]
        /// Further messages from the server, usually warnings.
        public var messages: [String]

        public init(series: [Series], messages: [String] = []) {
            self.series = series
            self.messages = messages
        }
    }

    /// One for each statement of the query, in order.
    public var statements: [Statement]

    public init(statements: [Statement]) { self.statements = statements }

    /// The series of the first statement.
    public var series: [Series] { statements.first?.series ?? [] }
}
