import LeatConfig
import Observability

extension LeatConfiguration {
    /// The objectives of all sources, as they are checked.
    var checkedObjectives: [Observability.Objective] {
        sources.flatMap { source in
            source.objectives.map { objective in
                Observability.Objective(
                    source: source.name,
                    name: objective.name,
                    condition: Observability.Objective.Condition(objective.kind),
                    target: objective.target
                )
            }
        }
    }
}

extension Observability.Objective.Condition {
    init(_ kind: LeatConfiguration.Objective.Kind) {
        switch kind {
        case .freshness(let below): self = .lagBelow(seconds: below / .seconds(1))
        case .completeness: self = .noDifference
        case .verifiedAge(let below): self = .verifiedWithin(seconds: below / .seconds(1))
        case .volume(let table, let least, let per):
            self = .rows(table: table, atLeast: UInt64(least), seconds: per / .seconds(1))
        case .schemaDrift: self = .noDrift
        }
    }
}
