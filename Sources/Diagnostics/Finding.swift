/// One thing that is wrong, or will be: what it is, what comes of it, and what to do.
package struct Finding: Sendable, Hashable, Codable {
    /// How bad it is, the least first.
    package enum Severity: String, Sendable, Hashable, Codable, Comparable {
        /// Good to know; nothing goes wrong by itself.
        case note
        /// It runs, but something will break, or is broken for some tables.
        case warning
        /// It cannot run like this.
        case blocker

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .blocker: 2
            }
        }

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    /// A stable name, for scripts: `mysql-binlog-format`.
    package var check: String
    package var severity: Severity
    /// What it concerns: `MySQL 127.0.0.1:3306`, `ClickHouse http://…`, `this machine`.
    package var subject: String
    package var cause: String
    package var effect: String
    package var remedy: String

    package init(
        _ check: String,
        _ severity: Severity,
        subject: String,
        cause: String,
        effect: String,
        remedy: String
    ) {
        self.check = check
        self.severity = severity
        self.subject = subject
        self.cause = cause
        self.effect = effect
        self.remedy = remedy
    }
}
