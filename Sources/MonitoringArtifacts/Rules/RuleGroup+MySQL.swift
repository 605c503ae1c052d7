import Observability

extension RuleGroup {
    /// Are the hosts of the sources well?
    static func mySQLRules(_ pace: RulePace) -> [AlertRule] {
        [
            AlertRule(
                "LeatMySQLHostDown",
                .warning,
                when: "\(ServerMetrics.mySQLUp)",
                .equal,
                0,
                for: pace.hold(.minutes(1)),
                summary: "{{ $labels.source }}: MySQL at {{ $labels.host }} does not answer",
                cause:
                    "The host is down, unreachable or refuses the user. Leat continues with another host of the source, if "
                    + "there is one: there is one less to fall back on.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatMySQLReplicaBroken",
                .critical,
                when: "\(ServerMetrics.mySQLReplicaRunning)",
                .equal,
                0,
                for: pace.hold(.minutes(1)),
                summary: "{{ $labels.source }}: replication to {{ $labels.host }} has stopped",
                cause:
                    "The replica does not receive or does not apply. If Leat reads it, the warehouse grows old although "
                    + "Leat itself shows no lag.",
                remedy: "mysql -e 'SHOW REPLICA STATUS\\G'   (on the replica; Last_Error says why; then START REPLICA)"
            ),
            AlertRule(
                "LeatMySQLReplicaLag",
                .warning,
                when: "\(ServerMetrics.mySQLReplicaLag)",
                .above,
                AlertThresholds.replicaLagMax,
                for: pace.hold(.minutes(5)),
                summary:
                    "{{ $labels.source }}: {{ $labels.host }} is {{ $value | humanizeDuration }} behind its source",
                cause:
                    "The replica applies more slowly than its source writes: a large transaction, a table without a key, "
                    + "or too few replica_parallel_workers.",
                remedy: "mysql -e 'SHOW REPLICA STATUS\\G'   (on the replica)"
            ),
            AlertRule(
                "LeatMySQLConnectionsNearMax",
                .warning,
                when: "\(ServerMetrics.mySQLConnections) / \(ServerMetrics.mySQLConnectionsMax)",
                .above,
                AlertThresholds.connectionsMax,
                for: pace.hold(.minutes(5)),
                summary:
                    "{{ $labels.source }}: {{ $value | humanizePercentage }} of the connections of {{ $labels.host }} are taken",
                cause: "At max_connections MySQL rejects all new connections, Leat's too. Leat itself takes a handful.",
                remedy:
                    "mysql -e 'SHOW PROCESSLIST'   (then end what should not be there, or SET PERSIST max_connections)"
            ),
        ]
    }
}
