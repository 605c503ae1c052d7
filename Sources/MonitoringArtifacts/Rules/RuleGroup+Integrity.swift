import Observability

extension RuleGroup {
    /// Do both sides hold the same?
    static func integrityRules(_ pace: RulePace) -> [AlertRule] {
        let failures: Query = "increase(\(VerificationMetrics.failures)[\(window: pace.window(.hours(1)))])"
        return [
            AlertRule(
                "LeatDifferences",
                .critical,
                when: "\(VerificationMetrics.differences)",
                .above,
                0,
                summary: "{{ $labels.table }}: {{ $value }} rows differ from the source ({{ $labels.class }})",
                cause:
                    "Both sides were compared, the rows settled, and they are not the same. Somebody wrote to the warehouse "
                    + "(extra, foreign, duplicate), or to the source without binlogs, or it is a defect.",
                remedy: "leat verify {{ $labels.table }} && leat repair {{ $labels.table }} --dry-run"
            ),
            AlertRule(
                "LeatChecksumDiffers",
                .warning,
                when: "\(VerificationMetrics.checksumEqual)",
                .equal,
                0,
                for: pace.hold(.minutes(2)),
                summary: "{{ $labels.table }}: ClickHouse does not show what was written to it",
                cause:
                    "The stream keeps a checksum of the table, and what ClickHouse shows has another. Somebody wrote to the "
                    + "warehouse, or a part was lost or came twice. The comparison in the background looks at the table "
                    + "next; then LeatDifferences says what differs, or this one ends, since it was an old difference that "
                    + "has gone.",
                remedy: "leat verify {{ $labels.table }} && leat repair {{ $labels.table }} --dry-run"
            ),
            AlertRule(
                "LeatVerifiedTooOld",
                .warning,
                when: "time() - \(VerificationMetrics.verifiedTimestamp)",
                .above,
                AlertThresholds.verifiedAgeMax,
                for: pace.hold(.minutes(5)),
                summary: "{{ $labels.table }}: last compared {{ $value | humanizeDuration }} ago",
                cause:
                    "Comparisons of the table fail, never settle, or are too slow for its size: nobody knows whether both "
                    + "sides are the same.",
                remedy: "leat verify {{ $labels.table }}"
            ),
            AlertRule(
                "LeatVerificationBlocked",
                .warning,
                when: "\(VerificationMetrics.blocked)",
                .equal,
                1,
                for: pace.hold(.minutes(10)),
                summary: "{{ $labels.source }}: no table can be compared ({{ $labels.comparison }})",
                cause:
                    "The comparison in the background meets an error whatever table it begins with: a server or a right is "
                    + "missing, or a definition cannot be read. Nobody knows whether both sides are the same.",
                remedy: "leat status   (names the error), then leat doctor"
            ),
            AlertRule(
                "LeatVerificationFailing",
                .warning,
                when: failures,
                .above,
                AlertThresholds.verificationFailuresMax,
                summary: "{{ $labels.source }}: {{ $value | humanize }} comparisons failed within an hour",
                cause: "A server was away, a statement took too long, or the user may not read what is to be compared.",
                remedy: "leat verify   (says of each table what went wrong)"
            ),
        ]
    }
}
