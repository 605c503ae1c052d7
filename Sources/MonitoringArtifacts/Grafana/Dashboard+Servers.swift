import Observability

extension Dashboard {
    /// Are the hosts of the sources well?
    static let mySQL = Dashboard(
        uid: "leat-mysql",
        title: "Leat: MySQL",
        help: "Are the hosts of the sources well?",
        rows: [
            Row(
                "Hosts",
                [
                    .stat(
                        "Hosts",
                        .upOrDown,
                        "On while the host answers.",
                        "\(ServerMetrics.mySQLUp.chosen())",
                        legend: "{{host}}",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .stat(
                        "Replication",
                        .upOrDown,
                        "On while the replica receives and applies.",
                        "\(ServerMetrics.mySQLReplicaRunning.chosen())",
                        legend: "{{host}}",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .stat(
                        "Connections taken",
                        .share,
                        "Of those that the host allows.",
                        "\(ServerMetrics.mySQLConnections.chosen()) / \(ServerMetrics.mySQLConnectionsMax.chosen())",
                        legend: "{{host}}",
                        limits: .init(warning: AlertThresholds.connectionsMax)
                    ),
                    .graph(
                        "Replicas behind their source",
                        .seconds,
                        "As they say themselves.",
                        ("{{host}}", "\(ServerMetrics.mySQLReplicaLag.chosen())")
                    ),
                    .graph(
                        "Connections",
                        .number,
                        "Open, and allowed.",
                        ("{{host}}", "\(ServerMetrics.mySQLConnections.chosen())"),
                        ("{{host}} allowed", "\(ServerMetrics.mySQLConnectionsMax.chosen())")
                    ),
                    .graph(
                        "Statements that run",
                        .number,
                        "Threads_running.",
                        ("{{host}}", "\(ServerMetrics.mySQLThreadsRunning.chosen())")
                    ),
                    .graph(
                        "Binlog runway",
                        .seconds,
                        "Time until the source purges binlogs that are still needed.",
                        ("{{source}}", "\(LeatMetrics.binlogRunway.chosen())")
                    ),
                ]
            )
        ]
    )

    /// Will ClickHouse continue taking rows?
    static let clickHouse = Dashboard(
        uid: "leat-clickhouse",
        title: "Leat: ClickHouse",
        help: "Will ClickHouse keep taking rows?",
        rows: [
            Row(
                "Parts and merges",
                [
                    .graph(
                        "Parts in the fullest partition",
                        .number,
                        "And the number at which ClickHouse refuses inserts.",
                        ("parts", "\(ServerMetrics.clickHouseParts)"),
                        ("refused from", "\(ServerMetrics.clickHousePartsMax)")
                    ),
                    .graph(
                        "Merges that run",
                        .number,
                        "They keep the number of parts small.",
                        ("merges", "\(ServerMetrics.clickHouseMerges)")
                    ),
                    .graph(
                        "Inserts refused or slowed down",
                        .perSecond,
                        "Since there were too many parts.",
                        ("refused", "rate(\(ServerMetrics.clickHouseRejectedInserts)[$__rate_interval])"),
                        ("slowed down", "rate(\(ServerMetrics.clickHouseDelayedInserts)[$__rate_interval])")
                    ),
                    .graph(
                        "Time of inserts",
                        .seconds,
                        "One insert into one table: half of them, and 99 of 100, are faster.",
                        ("{{source}} p50", quantile(0.5, LeatMetrics.insertDuration)),
                        ("{{source}} p99", quantile(0.99, LeatMetrics.insertDuration))
                    ),
                ]
            ),
            Row(
                "Disks",
                [
                    .stat(
                        "Free",
                        .share,
                        "Of each disk.",
                        "\(ServerMetrics.clickHouseDiskFree) / \(ServerMetrics.clickHouseDiskSize)",
                        legend: "{{disk}}",
                        limits: .init(
                            warning: AlertThresholds.diskFreeWarning,
                            critical: AlertThresholds.diskFreeCritical,
                            areLow: true
                        )
                    ),
                    .graph(
                        "Disks",
                        .bytes,
                        "Free, and in all.",
                        ("{{disk}} free", "\(ServerMetrics.clickHouseDiskFree)"),
                        ("{{disk}} size", "\(ServerMetrics.clickHouseDiskSize)")
                    ),
                ]
            ),
        ]
    )

    /// Leat's own process, and the servers that `leat up` has started.
    static let processes = Dashboard(
        uid: "leat-processes",
        title: "Leat: processes",
        help: "Leat's own process, and the servers that leat up has started.",
        rows: [
            Row(
                "Leat",
                [
                    .stat(
                        "Build",
                        .number,
                        "Version and compiler.",
                        "\(LeatMetrics.buildInfo)",
                        legend: "{{version}}, Swift {{swift}}"
                    ),
                    .stat(
                        "Runs for",
                        .seconds,
                        "Since the process started.",
                        "time() - \(LeatMetrics.startTime)",
                        legend: "{{instance}}"
                    ),
                    .graph("Memory", .bytes, "In RAM.", ("{{instance}}", "\(LeatMetrics.residentMemory)")),
                    .graph(
                        "Processors",
                        .number,
                        "How many are busy with Leat.",
                        ("{{instance}}", "rate(\(LeatMetrics.cpuSeconds)[$__rate_interval])")
                    ),
                    .graph("Open files", .number, "Files and sockets.", ("{{instance}}", "\(LeatMetrics.openFiles)")),
                    .graph(
                        "Log lines left out",
                        .perSecond,
                        "Since they repeated too often.",
                        ("{{instance}}", "rate(\(LeatMetrics.logLinesLeftOut)[$__rate_interval])")
                    ),
                ]
            ),
            Row(
                "The local platform",
                [
                    .stat(
                        "Servers",
                        .upOrDown,
                        "On while the server runs.",
                        "\(ServerMetrics.localUp)",
                        legend: "{{server}}",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .stat(
                        "Free where its home is",
                        .bytes,
                        "Below 2 GiB it does not start.",
                        "\(ServerMetrics.localDiskFree)",
                        legend: "{{instance}}",
                        limits: .init(
                            warning: AlertThresholds.homeFreeWarning,
                            critical: AlertThresholds.homeFreeCritical,
                            areLow: true
                        )
                    ),
                    .graph("Memory of servers", .bytes, "In RAM.", ("{{server}}", "\(ServerMetrics.localMemory)")),
                    .graph(
                        "Servers started again",
                        .number,
                        "Since leat up began.",
                        ("{{server}}", "\(ServerMetrics.localRestarts)")
                    ),
                ]
            ),
        ]
    )
}
