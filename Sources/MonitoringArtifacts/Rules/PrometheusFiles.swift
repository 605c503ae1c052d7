/// What `leat render prometheus` writes: the rules, and how they and Leat get into a Prometheus.
package enum PrometheusFiles {
    package static func all(_ pace: RulePace = .standard) -> [RenderedFile] {
        [
            RenderedFile(RuleFile.name, RuleFile(pace).text),
            RenderedFile("prometheus.yml", scraping),
            RenderedFile("alertmanager.yml", routing),
        ]
    }

    /// Alerts of the job `leat` rely on that name.
    private static let scraping = """
        # How a Prometheus of your own scrapes Leat and the servers around it. The ports are those of `leat up`, which writes
        # itself such a file; change the targets to where yours are. Written by `leat render prometheus`.
        global:
          scrape_interval: 5s
          evaluation_interval: 5s
        rule_files:
          - \(RuleFile.name)
        alerting:
          alertmanagers:
            - static_configs:
                - targets: ['127.0.0.1:19093']
        scrape_configs:
          # Lag, rows, errors, quarantined tables … (the console's address, path /metrics). The alerts rely on the job's name.
          - job_name: leat
            static_configs:
              - targets: ['127.0.0.1:18080']
          # <prometheus><port>…</port></prometheus> in ClickHouse's configuration.
          - job_name: clickhouse
            static_configs:
              - targets: ['127.0.0.1:19363']
          - job_name: influxdb
            static_configs:
              - targets: ['127.0.0.1:18086']

        """

    private static let routing = """
        # How an Alertmanager of your own treats Leat's alerts: one notification for what belongs together, and no warnings
        # where something critical says the same. Put your receiver in. Written by `leat render prometheus`.
        route:
          receiver: somebody
          group_by: [alertname, source]
          group_wait: 10s
          group_interval: 1m
          repeat_interval: 4h
        inhibit_rules:
          # Nothing that a dead process has said last is news.
          - source_matchers: [alertname = LeatDown]
            target_matchers: [alertname =~ "Leat.+", alertname != LeatDown]
            equal: [instance]
          - source_matchers: [alertname = LeatLagCritical]
            target_matchers: [alertname = LeatLagHigh]
            equal: [instance, source]
          - source_matchers: [alertname = LeatBinlogRunwayCritical]
            target_matchers: [alertname = LeatBinlogRunwayShort]
            equal: [instance, source]
        receivers:
          - name: somebody
            # webhook_configs: [{url: 'http://127.0.0.1:9999/'}]

        """
}
