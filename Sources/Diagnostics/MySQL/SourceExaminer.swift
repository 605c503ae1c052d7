import LeatConfig
import MySQLClient
import MySQLProtocol

/// Checks the servers of one source together.
struct SourceExaminer {
    let source: LeatConfiguration.Source
    let servers: [MySQLExaminer.Server]

    func examine(into diagnosis: inout Diagnosis) {
        let subject = "source \(source.name)"
        var found: [Finding] = []
        if servers.count > 1, !servers.contains(where: \.isReachable) {
            found.append(
                Finding(
                    "source-unreachable",
                    .blocker,
                    subject: subject,
                    cause: "none of its \(servers.count) servers can be reached",
                    effect: "nothing can be read",
                    remedy: "start one of them, or correct hosts: in leat.yaml"
                )
            )
        }
        for (index, server) in servers.enumerated() {
            guard let uuid = server.uuid, let twin = servers[..<index].first(where: { $0.uuid == uuid }) else {
                continue
            }
            found.append(
                Finding(
                    "source-same-server",
                    .warning,
                    subject: subject,
                    cause:
                        "\(twin.subject) and \(server.subject) are the same server, or one is a copy with its auto.cnf",
                    effect: "no other server takes over, and a copied server_uuid breaks GTID positions",
                    remedy: "name each server once in hosts:; remove auto.cnf of a copied data folder and restart it"
                )
            )
        }
        found += strangers(subject) + servers.compactMap { errant($0, subject) }
        diagnosis.add(subject, checks: 4, found)
    }

    /// Servers of which one has nothing that the first one has.
    private func strangers(_ subject: String) -> [Finding] {
        let known = servers.filter { $0.position.map { !$0.executed.isEmpty } ?? false }
        guard let first = known.first, let executed = first.executed else { return [] }
        return known.dropFirst().compactMap { server in
            guard let other = server.executed, other.servers.isDisjoint(with: executed.servers) else { return nil }
            return Finding(
                "source-unrelated-servers",
                .blocker,
                subject: subject,
                cause: "\(server.subject) and \(first.subject) have no transaction in common",
                effect: "they do not hold the same data: none takes over from the other",
                remedy: "name only servers of one replication topology in hosts:"
            )
        }
    }

    /// A replica's transactions that the other servers lack: they are in the pipeline's position once it was followed.
    private func errant(_ server: MySQLExaminer.Server, _ subject: String) -> Finding? {
        guard let position = server.position else { return nil }
        var local = position.localTransactions
        for other in servers where other.subject != server.subject { local.subtract(other.executed ?? .init()) }
        guard !local.isEmpty else { return nil }
        return Finding(
            "mysql-errant-transactions",
            .note,
            subject: server.subject,
            cause: "it is a replica and has transactions of its own that no other server has (\(local.singleLine))",
            effect:
                "if they changed followed tables, its rows differ from those of the others; a change of host lists them",
            remedy:
                "see what they are: mysqlbinlog --include-gtids='\(local.singleLine.prefix(200))'; where they are "
                + "harmless, commit empty transactions with these GTIDs at its source"
        )
    }
}
