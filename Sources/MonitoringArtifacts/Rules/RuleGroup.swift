/// Rules that are evaluated one after another, at the same moment.
package struct RuleGroup: Sendable, Hashable {
    package var name: String
    package var recordings: [RecordingRule] = []
    package var alerts: [AlertRule]

    /// All rules of Leat, in the order of a runbook: is it up and how late, is it right, what is around it.
    package static func all(_ pace: RulePace = .standard) -> [RuleGroup] {
        let objectives = ObjectiveRules(pace)
        return [
            RuleGroup(name: "leat-process", alerts: processRules(pace)),
            RuleGroup(name: "leat-pipeline", alerts: pipelineRules(pace)),
            RuleGroup(name: "leat-integrity", alerts: integrityRules(pace)),
            RuleGroup(name: "leat-objectives", recordings: objectives.recordings, alerts: objectives.alerts),
            RuleGroup(name: "leat-mysql", alerts: mySQLRules(pace)),
            RuleGroup(name: "leat-clickhouse", alerts: clickHouseRules(pace)),
            RuleGroup(name: "leat-measurements", alerts: measurementRules(pace)),
            RuleGroup(name: "leat-local", alerts: localRules(pace)),
        ]
    }
}
