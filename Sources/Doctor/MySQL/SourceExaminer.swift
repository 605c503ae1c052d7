import ConfigurationFile

/// Looks at the servers of one source together.
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
        diagnosis.add(subject, checks: 2, found)
    }
}
