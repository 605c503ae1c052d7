import Observability

extension RuleGroup {
    /// Are the servers well that `leat up` has started?
    static func localRules(_ pace: RulePace) -> [AlertRule] {
        let restarts: Query = "changes(\(ServerMetrics.localRestarts)[\(window: pace.window(.minutes(15)))])"
        return [
            AlertRule(
                "LeatLocalServerDown",
                .critical,
                when: "\(ServerMetrics.localUp)",
                .equal,
                0,
                for: pace.hold(.seconds(30)),
                summary: "{{ $labels.server }} of the local platform is down",
                cause:
                    "It has died or does not answer, and could not be started again yet. Its log is in logs/ of the home "
                    + "folder.",
                remedy: "leat doctor   (then leat down && leat up)"
            ),
            AlertRule(
                "LeatLocalServerRestarts",
                .warning,
                when: restarts,
                .above,
                AlertThresholds.restartsMax,
                summary:
                    "{{ $labels.server }} of the local platform was started again {{ $value | humanize }} times within minutes",
                cause:
                    "It dies again and again: too little memory, a full disk, or damaged data. Its log is in logs/ of the "
                    + "home folder.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatLocalDiskLow",
                .warning,
                when: "\(ServerMetrics.localDiskFree)",
                .below,
                AlertThresholds.homeFreeWarning,
                for: pace.hold(.minutes(5)),
                summary: "{{ $value | humanize1024 }}B are free where the local platform is",
                cause: "Every server of the local platform writes there; below 2 GiB it does not start.",
                remedy: "du -sh .leat/*"
            ),
            AlertRule(
                "LeatLocalDiskFull",
                .critical,
                when: "\(ServerMetrics.localDiskFree)",
                .below,
                AlertThresholds.homeFreeCritical,
                for: pace.hold(.minutes(1)),
                summary: "{{ $value | humanize1024 }}B are free where the local platform is",
                cause: "As LeatLocalDiskLow, and servers stop at any moment.",
                remedy: "leat down && du -sh .leat/*"
            ),
        ]
    }
}
