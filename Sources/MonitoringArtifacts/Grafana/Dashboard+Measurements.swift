import Observability

extension Dashboard {
    /// Do measurements arrive promptly and completely?
    static let measurements = Dashboard(
        uid: "leat-measurements",
        title: "Leat: measurements",
        help: "Do measurements of InfluxDB come at once, and completely?",
        rows: [
            Row(
                "At once",
                [
                    .stat(
                        "Subscription",
                        .upOrDown,
                        "On while the source pushes its points; else it is polled.",
                        "\(LeatMetrics.subscribed.chosen())",
                        limits: .init(warning: 1, areLow: true)
                    ),
                    .graph(
                        "Points written",
                        .perSecond,
                        "Pushed by the source, read in a window, or copied.",
                        (
                            "{{source}} {{origin}}",
                            "sum by (source, origin) (rate(\(LeatMetrics.points.chosen())[$__rate_interval]))"
                        )
                    ),
                    .graph(
                        "Points written by measurement",
                        .perSecond,
                        "The ten that are written to most.",
                        (
                            "{{table}}",
                            "topk(10, sum by (table) (rate(\(LeatMetrics.points.chosen())[$__rate_interval])))"
                        )
                    ),
                    .graph(
                        "From a push until its points can be queried",
                        .seconds,
                        "Half of the pushes, and 99 of 100, are faster.",
                        ("{{source}} p50", quantile(0.5, LeatMetrics.pushAge)),
                        ("{{source}} p99", quantile(0.99, LeatMetrics.pushAge))
                    ),
                    .graph(
                        "Pushes refused",
                        .perSecond,
                        "Too much waited for ClickHouse; reads by window bring the points.",
                        ("{{source}}", "rate(\(LeatMetrics.pushesRefused.chosen())[$__rate_interval])")
                    ),
                ]
            ),
            Row(
                "Completely",
                [
                    .graph(
                        "Windows compared",
                        .perSecond,
                        "Windows in which the counts of both sides were compared.",
                        (
                            "{{source}}",
                            "sum by (source) (rate(\(LeatMetrics.windowsCompared.chosen())[$__rate_interval]))"
                        )
                    ),
                    .graph(
                        "Windows in which points were missing",
                        .number,
                        "Within the last hour; they were read again.",
                        (
                            "{{table}}",
                            "sum by (table) (increase(\(LeatMetrics.windowsDifferent.chosen())[1h]))"
                        )
                    ),
                ]
            ),
        ]
    )
}
