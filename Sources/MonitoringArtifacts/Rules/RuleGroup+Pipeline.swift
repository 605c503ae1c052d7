import Observability

extension RuleGroup {
    /// Do the pipelines move, and how late are they?
    static func pipelineRules(_ pace: RulePace) -> [AlertRule] {
        connectionRules(pace) + latenessRules(pace) + failureRules(pace) + congestionRules(pace)
    }

    private static func connectionRules(_ pace: RulePace) -> [AlertRule] {
        [
            AlertRule(
                "LeatPipelineFailed",
                .critical,
                when: "\(LeatMetrics.pipelineFailed)",
                .equal,
                1,
                for: pace.hold(.seconds(30)),
                summary: "{{ $labels.source }}: the pipeline has failed, its tables are not followed",
                cause:
                    "It met something that no repetition of a single step passes: binlogs that the source has purged, a "
                    + "setting or a right that is missing, an object of somebody else in ClickHouse, another process that "
                    + "has taken it over. Leat starts it again every half minute at the latest; the other sources continue.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatSourceDown",
                .critical,
                when: "\(LeatMetrics.sourceUp)",
                .equal,
                0,
                for: pace.hold(.seconds(30)),
                summary: "{{ $labels.source }}: no host of the source answers",
                cause:
                    "Every host that leat.yaml names is down, unreachable or refuses the user. Leat tries them in turn "
                    + "and resumes where it was.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatWarehouseDown",
                .critical,
                when: "\(LeatMetrics.warehouseUp)",
                .equal,
                0,
                for: pace.hold(.seconds(30)),
                summary: "ClickHouse does not answer Leat at {{ $labels.instance }}",
                cause:
                    "ClickHouse is down, unreachable, or refuses inserts. Leat holds the stream, repeats the batches that "
                    + "were under way, and loses nothing as long as the source keeps its binlogs.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatReconnects",
                .warning,
                when: "increase(\(LeatMetrics.reconnects)[\(window: pace.window(.minutes(15)))])",
                .above,
                AlertThresholds.reconnectsMax,
                summary: "{{ $labels.source }}: the connection broke {{ $value | humanize }} times within minutes",
                cause: "The source or the network ends the connection again and again; another replica with the same "
                    + "server id does that, too.",
                remedy: "leat doctor"
            ),
        ]
    }

    private static func latenessRules(_ pace: RulePace) -> [AlertRule] {
        let isLate: Query = "\(LeatMetrics.lag) > \(AlertThresholds.lagWarning)"
        return [
            AlertRule(
                "LeatLagHigh",
                .warning,
                when: "\(LeatMetrics.lag)",
                .above,
                AlertThresholds.lagWarning,
                for: pace.hold(.minutes(2)),
                summary: "{{ $labels.source }}: the warehouse is {{ $value | humanizeDuration }} behind",
                cause:
                    "More is written than the warehouse takes, a large transaction is on its way, a first copy is running, "
                    + "or a server is slow or away.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatLagCritical",
                .critical,
                when: "\(LeatMetrics.lag)",
                .above,
                AlertThresholds.lagCritical,
                for: pace.hold(.minutes(1)),
                summary: "{{ $labels.source }}: the warehouse is {{ $value | humanizeDuration }} behind",
                cause: "As LeatLagHigh, for longer. Readers of the warehouse see old rows.",
                remedy: "leat status   (then leat doctor)"
            ),
            AlertRule(
                "LeatHeartbeatRowLate",
                .critical,
                when: "\(LeatMetrics.heartbeatLag.where("stage", "insert"))",
                .above,
                AlertThresholds.lagCritical,
                for: pace.hold(.minutes(1)),
                summary:
                    "{{ $labels.source }}: the newest heartbeat row in ClickHouse is {{ $value | humanizeDuration }} old",
                cause:
                    "A row that is written at the source every moment does not arrive: the whole way is late, replicas "
                    + "before Leat included.",
                remedy: "leat status   (then SHOW REPLICA STATUS on the host that Leat reads)"
            ),
            AlertRule(
                "LeatStageHung",
                .critical,
                when: "time() - \(LeatMetrics.heartbeat)",
                .above,
                AlertThresholds.heartbeatAgeMax,
                for: pace.hold(.minutes(1)),
                summary:
                    "{{ $labels.source }}: stage {{ $labels.stage }} has not moved for {{ $value | humanizeDuration }}",
                cause:
                    "The stage neither made progress nor knew that there was nothing to do: it waits for a server that "
                    + "accepts connections and does not answer, or it hangs.",
                remedy: "leat doctor   (then end leat with SIGTERM and start it again; it resumes where it was)"
            ),
            AlertRule(
                "LeatCheckpointStuck",
                .critical,
                when: "changes(\(LeatMetrics.checkpointBatch)[\(window: pace.window(.minutes(2)))])",
                .equal,
                0,
                and: isLate,
                for: pace.hold(.minutes(2)),
                summary: "{{ $labels.source }}: no batch is acknowledged although there are changes to carry over",
                cause:
                    "The next batch in line cannot be written, or one huge transaction is being read. A restart would begin "
                    + "at the same batch.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatBinlogRunwayShort",
                .warning,
                when: "\(LeatMetrics.binlogRunway)",
                .below,
                AlertThresholds.runwayWarning,
                for: pace.hold(.minutes(5)),
                summary:
                    "{{ $labels.source }}: the source purges binlogs that are needed in {{ $value | humanizeDuration }}",
                cause:
                    "The retention of binlogs minus the lag is short: either Leat is far behind, or the source keeps its "
                    + "binlogs for too short a time to survive a night.",
                remedy: "mysql -e 'SET PERSIST binlog_expire_logs_seconds = 604800'   (on the host that Leat reads)"
            ),
            AlertRule(
                "LeatBinlogRunwayCritical",
                .critical,
                when: "\(LeatMetrics.binlogRunway)",
                .below,
                AlertThresholds.runwayCritical,
                for: pace.hold(.minutes(1)),
                summary:
                    "{{ $labels.source }}: the source purges binlogs that are needed in {{ $value | humanizeDuration }}",
                cause:
                    "As LeatBinlogRunwayShort, and nearly too late: once they are purged, tables must be copied again.",
                remedy: "mysql -e 'SET PERSIST binlog_expire_logs_seconds = 604800'   (on the host that Leat reads)"
            ),
        ]
    }

    private static func failureRules(_ pace: RulePace) -> [AlertRule] {
        func errors(_ errorClass: ErrorClass, within window: Duration) -> Query {
            let selected = LeatMetrics.errors.where("class", errorClass.rawValue)
            return "increase(\(selected)[\(window: pace.window(window))])"
        }
        return [
            AlertRule(
                "LeatStopped",
                .critical,
                when: errors(.stop, within: .minutes(15)),
                .above,
                0,
                summary: "{{ $labels.source }}: stage {{ $labels.stage }} has stopped a table or the pipeline",
                cause:
                    "Something cannot be carried over exactly, or the state does not fit any more. Leat stops rather than "
                    + "guess; cause and remedy are in its status and its log.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatTableQuarantined",
                .critical,
                when: "\(LeatMetrics.quarantinedTables)",
                .above,
                0,
                summary: "{{ $labels.source }}: {{ $value }} tables stand still",
                cause:
                    "A value, a row or a definition cannot be carried over exactly. The table shows its last good state, "
                    + "all others continue.",
                remedy: "leat status   (names cause and remedy; when that is done: leat tables resync DATABASE.TABLE)"
            ),
            AlertRule(
                "LeatRetrying",
                .warning,
                when: errors(.retry, within: .minutes(2)),
                .above,
                0,
                for: pace.hold(.minutes(5)),
                summary: "{{ $labels.source }}: stage {{ $labels.stage }} has been retrying for minutes",
                cause:
                    "A server refuses or breaks off the same work again and again. Leat keeps trying; it does not move "
                    + "meanwhile.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatErrors",
                .warning,
                when: errors(.notify, within: .minutes(15)),
                .above,
                0,
                summary: "{{ $labels.source }}: stage {{ $labels.stage }} reports something to look at",
                cause: "Work continues, but something is not as it should be; the log says what, at level warning.",
                remedy: "leat status   (then the log of the process)"
            ),
        ]
    }

    private static func congestionRules(_ pace: RulePace) -> [AlertRule] {
        [
            AlertRule(
                "LeatBackPressure",
                .warning,
                when: "rate(\(LeatMetrics.backPressure)[\(window: pace.window(.minutes(5)))])",
                .above,
                AlertThresholds.backPressureMax,
                for: pace.hold(.minutes(10)),
                summary:
                    "{{ $labels.source }}: reading waits for ClickHouse {{ $value | humanizePercentage }} of the time",
                cause:
                    "ClickHouse takes rows more slowly than the source gives them: too many parts, too small a machine, "
                    + "or slow disks. Lag rises as long as that lasts.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatQueueFull",
                .warning,
                when: "\(LeatMetrics.queueBytes) / \(LeatMetrics.queueCapacityBytes)",
                .above,
                AlertThresholds.queueFillMax,
                for: pace.hold(.minutes(5)),
                summary: "{{ $labels.source }}: the queue is {{ $value | humanizePercentage }} full",
                cause:
                    "Rows or points wait for ClickHouse. When the queue is full, reading pauses, and pushes of measurements "
                    + "are refused (windowed reads bring their points).",
                remedy: "leat status   (then leat doctor)"
            ),
        ]
    }
}
