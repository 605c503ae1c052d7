import Foundation

/// What a user of a MySQL source must be allowed to do.
package enum SourcePrivileges {
    package static let required = ["REPLICATION SLAVE", "REPLICATION CLIENT", "SELECT"]

    /// - Parameter grants: the lines of `SHOW GRANTS`.
    /// - Returns: what is missing. Nothing where a role is granted, whose privileges do not show here: the server
    ///   answers
    ///   for itself when the stream starts.
    package static func missing(in grants: [String]) -> [String] {
        var granted: Set<String> = []
        for line in grants.map({ $0.uppercased() }) {
            // GRANT SELECT, REPLICATION SLAVE ON *.* TO `user`@`host`: the names after ON are the user's to choose.
            guard line.hasPrefix("GRANT "), let end = line.range(of: " ON ") else { return [] }
            for privilege in line[line.index(line.startIndex, offsetBy: 6)..<end.lowerBound].split(separator: ",") {
                // Column lists follow in parentheses.
                granted.insert((privilege.split(separator: "(").first ?? "").trimmingCharacters(in: .whitespaces))
            }
        }
        if granted.contains("ALL PRIVILEGES") { return [] }
        return required.filter { !granted.contains($0) }
    }
}
