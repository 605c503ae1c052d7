/// What is wrong in a configuration file, where, and what to do about it. Never holds a value that could be a secret.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as it was named to us.
    package var file: String
    /// Counted from 1; 0 where the file as a whole is meant.
    package var line: Int
    package var column: Int
    /// The key in full, `sources.shop.mysql.tls`; empty for the file as a whole.
    package var keyPath: String
    package var cause: String
    package var remedy: String

    package init(file: String, line: Int = 0, column: Int = 0, keyPath: String = "", cause: String, remedy: String) {
        self.file = file
        self.line = line
        self.column = column
        self.keyPath = keyPath
        self.cause = cause
        self.remedy = remedy
    }

    /// `leat.yaml:12:7`.
    package var place: String { line == 0 ? file : "\(file):\(line):\(column)" }

    /// Two lines: cause and remedy, as the command line prints them.
    package var description: String {
        "\(place): \(keyPath.isEmpty ? "" : "\(keyPath): ")\(cause)\n  fix: \(remedy)"
    }
}
