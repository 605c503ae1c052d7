import Observability

extension RuleGroup {
    /// Is Leat there, and is it well?
    static func processRules(_ pace: RulePace) -> [AlertRule] {
        let restarts: Query = "changes(\(LeatMetrics.startTime)[\(window: pace.window(.minutes(15)))])"
        let leftOut: Query = "increase(\(LeatMetrics.logLinesLeftOut)[\(window: pace.window(.minutes(15)))])"
        return [
            AlertRule(
                "LeatDown",
                .critical,
                when: "up{job=\"leat\"}",
                .equal,
                0,
                for: pace.hold(.seconds(30)),
                summary: "Leat at {{ $labels.instance }} does not answer",
                cause:
                    "The process has ended or hangs, or Prometheus cannot reach its /metrics. Nothing is carried over "
                    + "meanwhile; nothing is lost as long as the source keeps its binlogs.",
                remedy:
                    "leat run --config leat.yaml   (its last log lines say why it ended; the local platform: leat up)"
            ),
            AlertRule(
                "LeatAbsent",
                .critical,
                when: "(count(up{job=\"leat\"}) or vector(0))",
                .equal,
                0,
                for: pace.hold(.minutes(2)),
                summary: "Prometheus knows of no Leat",
                cause:
                    "No target belongs to the job leat: it was removed from the scrape configuration or from service "
                    + "discovery. All other alerts are blind.",
                remedy: "leat render prometheus --file prometheus.yml"
            ),
            AlertRule(
                "LeatRestarts",
                .warning,
                when: restarts,
                .above,
                AlertThresholds.restartsMax,
                summary: "Leat at {{ $labels.instance }} has started {{ $value | humanize }} times within minutes",
                cause:
                    "It ends again and again: a failure for good (its last log line names it), or the system ends it "
                    + "for its memory.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatMemoryHigh",
                .warning,
                when: "\(LeatMetrics.residentMemory)",
                .above,
                AlertThresholds.memoryMax,
                for: pace.hold(.minutes(10)),
                summary: "Leat at {{ $labels.instance }} takes {{ $value | humanize1024 }}B of memory",
                cause: "Leat is bounded by batches.bytes and the number of copies at a time; so much is a very large "
                    + "batches.bytes, very many tables, or a defect.",
                remedy: "leat status   (then lower batches.bytes or snapshot.connections in leat.yaml)"
            ),
            AlertRule(
                "LeatLogLinesLeftOut",
                .warning,
                when: leftOut,
                .above,
                0,
                summary: "Leat at {{ $labels.instance }} has left out {{ $value | humanize }} log lines",
                cause:
                    "One message repeats so often that most of its lines are not written. The line that says how many "
                    + "were left out names it.",
                remedy: "leat status   (then the log of the process)"
            ),
        ]
    }
}
