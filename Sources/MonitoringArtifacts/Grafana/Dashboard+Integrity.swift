import Observability

extension Dashboard {
    /// Do both sides hold the same?
    static let integrity = Dashboard(
        uid: "leat-integrity",
        title: "Leat: integrity",
        help: "Do both sides hold the same, when was that last looked at, and are the objectives kept?",
        rows: [
            Row(
                "Are both sides the same?",
                [
                    .stat(
                        "Rows that differ",
                        .number,
                        "Known differences; 0 again once they are repaired.",
                        "sum by (source) (\(VerificationMetrics.differences.chosen()))",
                        limits: .init(warning: 1)
                    ),
                    .stat(
                        "Tables that were equal",
                        .share,
                        "Share of the tables whose last comparison found both sides equal.",
                        "avg by (source) (\(VerificationMetrics.verifiedEqual.chosen()))",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .stat(
                        "Tables whose checksum is right",
                        .share,
                        "Share of the tables of which ClickHouse shows what the stream has written, looked at in turn.",
                        "avg by (source) (\(VerificationMetrics.checksumEqual.chosen()))",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .stat(
                        "Oldest comparison",
                        .seconds,
                        "Age of the oldest last comparison of a table.",
                        "max by (source) (time() - \(VerificationMetrics.verifiedTimestamp.chosen()))",
                        limits: .init(warning: AlertThresholds.verifiedAgeMax)
                    ),
                    .stat(
                        "Blocked comparisons",
                        .number,
                        "1 while no table of the source can be compared; leat status names the error.",
                        "max by (source, comparison) (\(VerificationMetrics.blocked.chosen()))",
                        limits: .init(warning: 1)
                    ),
                    .stat(
                        "Unsettled rows",
                        .number,
                        "Rows that were written to whenever the last comparison looked at them.",
                        "\(VerificationMetrics.unsettledRows.chosen())"
                    ),
                    .table(
                        "Differences by table and class",
                        .number,
                        "leat verify TABLE shows the rows, leat repair TABLE mends them.",
                        "sum by (table, class) (\(VerificationMetrics.differences.chosen()))"
                    ),
                    .graph(
                        "Age of the last comparison",
                        .seconds,
                        "Of each table.",
                        ("{{table}}", "time() - \(VerificationMetrics.verifiedTimestamp.chosen())")
                    ),
                    .graph(
                        "Age of the last comparison of checksums",
                        .seconds,
                        "Of each table.",
                        ("{{table}}", "time() - \(VerificationMetrics.checksumTimestamp.chosen())")
                    ),
                    .graph(
                        "Rows compared",
                        .perSecond,
                        "Rows of the source that were compared with the warehouse.",
                        ("{{source}}", "rate(\(VerificationMetrics.verifiedRows.chosen())[$__rate_interval])")
                    ),
                    .graph(
                        "What comparing costs the source",
                        .share,
                        "Share of the time in which the source is busy with statements of the comparison.",
                        ("{{source}}", "rate(\(VerificationMetrics.sourceSeconds.chosen())[$__rate_interval])")
                    ),
                    .graph(
                        "Comparisons that could not be carried out",
                        .number,
                        "Within the last hour.",
                        ("{{source}}", "increase(\(VerificationMetrics.failures.chosen())[1h])")
                    ),
                ]
            ),
            Row(
                "Are the objectives kept?",
                [
                    .stat(
                        "Objectives met now",
                        .upOrDown,
                        "On if the last check was good.",
                        "\(ObjectiveMetrics.met.chosen())",
                        legend: "{{source}} {{slo}}",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .stat(
                        "Target",
                        .share,
                        "The share of checks that should be good.",
                        "\(ObjectiveMetrics.target.chosen())",
                        legend: "{{source}} {{slo}}"
                    ),
                    .graph(
                        "Bad checks",
                        .share,
                        "Of all checks.",
                        (
                            "{{source}} {{slo}}",
                            """
                            sum by (source, slo) (rate(\(ObjectiveMetrics.checks.chosen("result", "bad"))[$__rate_interval])) \
                            / sum by (source, slo) (rate(\(ObjectiveMetrics.checks.chosen())[$__rate_interval]))
                            """
                        )
                    ),
                    .graph(
                        "Burn rate",
                        .number,
                        "How many times faster than allowed the budget of bad checks is spent. 1 spends it exactly.",
                        ("{{source}} {{slo}} 5 min", ObjectiveRules.burnRate(over: .minutes(5))),
                        ("{{source}} {{slo}} 1 h", ObjectiveRules.burnRate(over: .hours(1))),
                        ("{{source}} {{slo}} 6 h", ObjectiveRules.burnRate(over: .hours(6)))
                    ),
                ]
            ),
        ]
    )
}
