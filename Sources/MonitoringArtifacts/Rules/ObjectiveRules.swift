import Observability

/// How fast the error budgets of the objectives are spent: alerts by burn rate over a long and a short window each, as
/// in the Site Reliability Workbook, chapter 5 (https://sre.google/workbook/alerting-on-slos/).
///
/// A burn rate of 1 spends exactly the budget that the objective allows. The long window says that it matters, the
/// short one that it still continues.
struct ObjectiveRules {
    let recordings: [RecordingRule]
    let alerts: [AlertRule]

    private static let windows: [Duration] = [
        .minutes(5), .minutes(30), .hours(1), .hours(2), .hours(6), .days(1), .days(3),
    ]

    init(_ pace: RulePace) {
        recordings = Self.windows.map { Self.recording(of: $0, pace) }
        func burn(_ window: Duration) -> Query { Self.recording(of: window, pace).query }
        alerts = [
            AlertRule(
                "LeatObjectiveBurnsFast",
                .critical,
                when: burn(.hours(1)),
                .above,
                14.4,
                and: "\(burn(.minutes(5))) > \(14.4)",
                for: pace.hold(.minutes(2)),
                summary: "{{ $labels.source }}: {{ $labels.slo }} is missed {{ $value | humanize }} times too often",
                cause: "At this rate a month's budget of bad checks is gone in two days.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatObjectiveBurns",
                .critical,
                when: burn(.hours(6)),
                .above,
                6,
                and: "\(burn(.minutes(30))) > \(6)",
                for: pace.hold(.minutes(15)),
                summary: "{{ $labels.source }}: {{ $labels.slo }} is missed {{ $value | humanize }} times too often",
                cause: "At this rate a month's budget of bad checks is gone in five days.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatObjectiveBurnsSlowly",
                .warning,
                when: burn(.days(1)),
                .above,
                3,
                and: "\(burn(.hours(2))) > \(3)",
                for: pace.hold(.hours(1)),
                summary: "{{ $labels.source }}: {{ $labels.slo }} is missed {{ $value | humanize }} times too often",
                cause: "At this rate a month's budget of bad checks is gone in ten days.",
                remedy: "leat status"
            ),
            AlertRule(
                "LeatObjectiveMissed",
                .warning,
                when: burn(.days(3)),
                .above,
                1,
                and: "\(burn(.hours(6))) > \(1)",
                for: pace.hold(.hours(3)),
                summary: "{{ $labels.source }}: {{ $labels.slo }} is not kept",
                cause:
                    "More checks are bad than the objective allows, for days. Either the platform is too small, or the "
                    + "objective is too strict.",
                remedy: "leat status"
            ),
        ]
    }

    /// The share of bad checks over the share that is allowed.
    private static func recording(of window: Duration, _ pace: RulePace) -> RecordingRule {
        let looked = pace.window(window)
        let bad = ObjectiveMetrics.checks.where("result", "bad")
        return RecordingRule(
            name: "leat:slo_burn:ratio_rate\(Query.text(of: window))",
            expression: """
                sum by (source, slo) (rate(\(bad)[\(window: looked)])) \
                / sum by (source, slo) (rate(\(ObjectiveMetrics.checks)[\(window: looked)])) \
                / (1 - max by (source, slo) (\(ObjectiveMetrics.target)))
                """
        )
    }

    /// The recorded burn rate, which has the same name at every pace.
    static func burnRate(over window: Duration) -> Query { recording(of: window, .standard).query }
}
