import Observability

extension RuleGroup {
    /// Do measurements arrive promptly, or only later?
    static func measurementRules(_ pace: RulePace) -> [AlertRule] {
        [
            AlertRule(
                "LeatSubscriptionLost",
                .warning,
                when: "\(LeatMetrics.subscribed)",
                .equal,
                0,
                for: pace.hold(.minutes(5)),
                summary: "{{ $labels.source }}: InfluxDB pushes nothing",
                cause:
                    "The subscription is gone or could not be made, or another process took it. Leat asks each second "
                    + "instead: points come a little later, none is lost. With listen: off this alert says nothing new; "
                    + "leave it out.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatPushesRefused",
                .warning,
                when: "increase(\(LeatMetrics.pushesRefused)[\(window: pace.window(.minutes(10)))])",
                .above,
                0,
                for: pace.hold(.minutes(5)),
                summary: "{{ $labels.source }}: {{ $value | humanize }} pushes were refused",
                cause: "Too much waited for ClickHouse. Reads by window bring the points, later.",
                remedy: "leat status   (then leat doctor)"
            ),
            AlertRule(
                "LeatWindowsDifferent",
                .warning,
                when:
                    "sum without (table) (increase(\(LeatMetrics.windowsDifferent)[\(window: pace.window(.minutes(15)))]))",
                .above,
                0,
                for: pace.hold(.minutes(30)),
                summary: "{{ $labels.source }}: {{ $value | humanize }} windows lacked points and were read again",
                cause:
                    "InfluxDB accepts points that it does not push, again and again: its subscriber queue overflows, or "
                    + "somebody backfills. Both sides are the same once the windows were read.",
                remedy: "leat verify   (and raise write-buffer-size in [subscriber] of influxdb.conf)"
            ),
        ]
    }
}
