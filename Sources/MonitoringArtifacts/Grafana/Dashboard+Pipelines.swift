import Observability

extension Dashboard {
    /// Is it up, how late is it, what is stuck?
    static let pipelines = Dashboard(
        uid: "leat-pipelines",
        title: "Leat: pipelines",
        help: "Is it up, and how late? How much goes through? What is slow or stuck?",
        rows: [
            Row("Is it up, and how late?", state),
            Row("How much?", amounts),
            Row("What is slow or stuck?", congestion),
            Row("Copies", copies),
        ]
    )

    private static let state: [Panel] = [
        .stat(
            "Failed",
            .number,
            "1 while the pipeline has failed and waits to be started again; leat status says why.",
            "\(LeatMetrics.pipelineFailed.chosen())",
            limits: .init(warning: 1, critical: 1)
        ),
        .stat(
            "Source",
            .upOrDown,
            "On while a host of the source answers.",
            "\(LeatMetrics.sourceUp.chosen())",
            limits: .init(warning: 1, areLow: true)
        ),
        .stat(
            "ClickHouse",
            .upOrDown,
            "On while ClickHouse answers.",
            "\(LeatMetrics.warehouseUp)",
            legend: "{{instance}}",
            limits: .init(warning: 1, areLow: true)
        ),
        .stat(
            "Lag",
            .seconds,
            "How far the warehouse is behind.",
            "\(LeatMetrics.lag.chosen())",
            limits: .init(warning: AlertThresholds.lagWarning, critical: AlertThresholds.lagCritical)
        ),
        .stat(
            "Quarantined tables",
            .number,
            "Tables that stand still; leat status says why.",
            "\(LeatMetrics.quarantinedTables.chosen())",
            limits: .init(warning: 1)
        ),
        .stat(
            "Binlog runway",
            .seconds,
            "Time until the source purges binlogs that are still needed.",
            "\(LeatMetrics.binlogRunway.chosen())",
            limits: .init(
                warning: AlertThresholds.runwayWarning,
                critical: AlertThresholds.runwayCritical,
                areLow: true
            )
        ),
        .stat(
            "Stages' last sign of life",
            .seconds,
            "The oldest heartbeat of each source.",
            "max by (source) (time() - \(LeatMetrics.heartbeat.chosen()))",
            limits: .init(warning: AlertThresholds.heartbeatAgeMax)
        ),
        .graph(
            "Lag",
            .seconds,
            "How far the warehouse is behind the source: 0 when everything that the source has committed is applied.",
            ("{{source}}", "\(LeatMetrics.lag.chosen())"),
            ("{{source}}: heartbeat row, {{stage}}", "\(LeatMetrics.heartbeatLag.chosen())")
        ),
        .graph(
            "Age of heartbeats",
            .seconds,
            "Since a stage last made progress or knew that there was nothing to do.",
            ("{{source}} {{stage}}", "time() - \(LeatMetrics.heartbeat.chosen())")
        ),
        .graph(
            "Errors",
            .perSecond,
            "retry: tried again; notify: look at it; stop: a table or the pipeline stopped.",
            (
                "{{source}} {{stage}} {{class}}",
                "sum by (source, stage, class) (rate(\(LeatMetrics.errors.chosen())[$__rate_interval]))"
            ),
            ("{{source}} reconnects", "rate(\(LeatMetrics.reconnects.chosen())[$__rate_interval])")
        ),
        .graph(
            "Tables by what they are doing",
            .number,
            "All of them should be streaming.",
            ("{{source}} {{state}}", "\(LeatMetrics.tables.chosen())")
        ),
    ]

    private static let amounts: [Panel] = [
        .graph(
            "Rows written",
            .perSecond,
            "Rows that ClickHouse has acknowledged, by operation.",
            (
                "{{source}} {{operation}}",
                "sum by (source, operation) (rate(\(LeatMetrics.rows.chosen())[$__rate_interval]))"
            )
        ),
        .graph(
            "Rows written by table",
            .perSecond,
            "The ten tables that are written to most.",
            ("{{table}}", "topk(10, sum by (table) (rate(\(LeatMetrics.rows.chosen())[$__rate_interval])))")
        ),
        .graph(
            "Read from the stream",
            .perSecond,
            "Transactions, and row events by operation.",
            ("{{source}} transactions", "rate(\(LeatMetrics.transactions.chosen())[$__rate_interval])"),
            (
                "{{source}} {{operation}} events",
                "sum by (source, operation) (rate(\(LeatMetrics.events.chosen())[$__rate_interval]))"
            )
        ),
        .graph(
            "Bytes",
            .bytesPerSecond,
            "Received from the source, and sent to ClickHouse before compression.",
            ("{{source}} read, {{stage}}", "rate(\(LeatMetrics.readBytes.chosen())[$__rate_interval])"),
            ("{{source}} written", "rate(\(LeatMetrics.writtenBytes.chosen())[$__rate_interval])")
        ),
        .graph(
            "Batches",
            .perSecond,
            "Acknowledged, by kind.",
            ("{{source}} {{kind}}", "rate(\(LeatMetrics.batches.chosen())[$__rate_interval])")
        ),
        .graph(
            "Rows a batch",
            .number,
            "The mean.",
            ("{{source}}", mean(LeatMetrics.batchRows))
        ),
        .graph(
            "Bytes a batch",
            .bytes,
            "The mean, in memory.",
            ("{{source}}", mean(LeatMetrics.batchBytes))
        ),
        .graph(
            "Checkpoint",
            .number,
            "Number of the last batch that is acknowledged together with all before it.",
            ("{{source}}", "\(LeatMetrics.checkpointBatch.chosen())")
        ),
    ]

    private static let congestion: [Panel] = [
        .graph(
            "Time in stages, 99 of 100 batches",
            .seconds,
            "How long a batch is in a stage.",
            (
                "{{source}} {{stage}}",
                """
                histogram_quantile(0.99, sum by (source, stage, le) \
                (rate(\(LeatMetrics.stageDuration.chosen(.bucket))[$__rate_interval])))
                """
            )
        ),
        .graph(
            "Time of inserts",
            .seconds,
            "One insert into one table: half of them, and 99 of 100, are faster.",
            ("{{source}} p50", quantile(0.5, LeatMetrics.insertDuration)),
            ("{{source}} p99", quantile(0.99, LeatMetrics.insertDuration))
        ),
        .graph(
            "Queue",
            .bytes,
            "What waits to be written, and how much may.",
            ("{{source}}", "\(LeatMetrics.queueBytes.chosen())"),
            ("{{source}} capacity", "\(LeatMetrics.queueCapacityBytes.chosen())")
        ),
        .graph(
            "Back pressure",
            .share,
            "Share of the time in which reading waits for writing.",
            ("{{source}}", "rate(\(LeatMetrics.backPressure.chosen())[$__rate_interval])")
        ),
    ]

    private static let copies: [Panel] = [
        .graph(
            "Rows copied",
            .number,
            "By the present or last copy of each table.",
            ("{{table}}", "\(LeatMetrics.snapshotRows.chosen())")
        ),
        .graph(
            "Copied, of what is expected",
            .share,
            "By the source's statistics, which are estimates.",
            ("{{table}}", "\(LeatMetrics.snapshotRows.chosen()) / (\(LeatMetrics.snapshotRowsExpected.chosen()) > 0)")
        ),
    ]

    static func mean(_ histogram: MetricDefinition) -> Query {
        "rate(\(histogram.chosen(.sum))[$__rate_interval]) / rate(\(histogram.chosen(.count))[$__rate_interval])"
    }

    static func quantile(_ share: Double, _ histogram: MetricDefinition) -> Query {
        "histogram_quantile(\(share), sum by (source, le) (rate(\(histogram.chosen(.bucket))[$__rate_interval])))"
    }
}
