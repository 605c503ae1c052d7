import LeatState
import MySQLSchema

@testable import MySQLReplication

/// Deliberate defects, each of which the simulation has to find.
enum Mutation: String, CaseIterable {
    // Of the order of steps.
    case statesOfDroppedTablesAreNotSaved
    case copyCountsOldRanges
    case statementsAreNotNoted
    case claimsAreReleasedBeforeSaving
    case checkpointIsNotSavedBeforeDDL
    case adoptsWithoutWaiting
    case copiesStartInAnyOrder
    case passedRowsAreForgotten
    case rowsOfAStoppedTableAreKept
    case rowsOnTheirWayCount
    case replayedRowsCountTwice
    case whatACopyHoldsIsNotSaved
    case whatWasReadAgainIsNotNoted
    case rowsInPartAreNotCompleted
    // Of what a step does.
    case oldTableIsTakenOver
    case floorIsForgotten
    case floorIsNotSaved
    case droppedTableStays
    case copyIsNotStoppedByTruncate
    case refusedTableIsNotLeftOut
    case nothingOlderIsRemoved
    case rowsOfTheLastBatchAreKept
    case nothingIsOnItsWayToATableSetAside
    case includedTableIsNotCopied
    case columnsAreNotAdded
    case columnsAreNotDropped
    case replacedTableStaysShown
    case partialTableIsShown
    case textIsForgotten
    case textIsNotCopiedAgain
    case equalRowsAreAddedToOldOnes
    case uncertainIsIgnored
    case copyInOneGoIsContinued
    case truncateSparesACopyInOneGo
    // Of what a statement is taken for.
    case definitionIsReadLate
    case alterIsJudgedByItsResult
    case renameIsIgnored
    case truncateIsIgnored
    // Of hosts.
    case hostIsNotExamined
    case absentIsWaitedFor
    case resumesFromSeen
    case quietCountsAsHarmful
    case carriedIsNotLookedUp
    case copyStaysAtItsHost
    case discoveryWaitsForALeftHost
    case discoveryReadsAHostThatLags
    case copyIsReadFromAnyHost
    case copyWaitsForALeftHost
    case hostIsNotChosenWhileBlocked
    case givenUpPositionsCount

    /// Whether it shows in tables with dates alone.
    var isOfDates: Bool {
        switch self {
        case .textIsForgotten, .textIsNotCopiedAgain: true
        default: false
        }
    }

    /// Whether it shows in tables without a key alone.
    var isOfEqualRows: Bool {
        switch self {
        case .rowsOnTheirWayCount, .replayedRowsCountTwice, .whatACopyHoldsIsNotSaved, .equalRowsAreAddedToOldOnes,
            .uncertainIsIgnored, .copyInOneGoIsContinued, .truncateSparesACopyInOneGo:
            true
        default: false
        }
    }

    /// The first history that may find it.
    var firstSeed: UInt64 {
        switch self {
        case .whatWasReadAgainIsNotNoted, .rowsInPartAreNotCompleted: History.firstWithMinimalImages
        default: isOfDates ? History.firstWithDates : isOfEqualRows ? History.firstWithoutKeys : 0
        }
    }

    /// A history that finds the defect; nil where the first ones do.
    var knownSeed: UInt64? {
        switch self {
        case .copyCountsOldRanges: 1269
        case .claimsAreReleasedBeforeSaving: 20_436
        case .copyIsReadFromAnyHost: 36_815
        case .statementsAreNotNoted: 12_285
        case .rowsOnTheirWayCount: 2_001_241
        case .replayedRowsCountTwice: 2_006_386
        case .whatACopyHoldsIsNotSaved: 2_000_980
        case .whatWasReadAgainIsNotNoted: 3_005_841
        case .checkpointIsNotSavedBeforeDDL: 6064
        case .copiesStartInAnyOrder: 1025
        case .passedRowsAreForgotten: 3334
        case .rowsOfAStoppedTableAreKept: 25_889
        case .copyIsNotStoppedByTruncate: 709
        case .absentIsWaitedFor: 444
        case .rowsOfTheLastBatchAreKept: 16780
        case .nothingIsOnItsWayToATableSetAside: 18403
        case .discoveryWaitsForALeftHost: 26_183
        case .copyWaitsForALeftHost: 12265
        case .hostIsNotChosenWhileBlocked: 3769
        case .givenUpPositionsCount: 17642
        case .columnsAreNotDropped: 825
        case .partialTableIsShown: 3072
        case .discoveryReadsAHostThatLags: 2817
        default: nil
        }
    }

    func savesNot(_ step: TableStep) -> Bool {
        self == .statesOfDroppedTablesAreNotSaved && step.entry.state.phase == .dropped
    }

    func changed(_ step: TableStep, _ event: TableEvent) -> TableStep {
        var step = step
        func remove(_ isMeant: (TableAction) -> Bool) {
            step.prepare.removeAll(where: isMeant)
            step.finish.removeAll(where: isMeant)
        }
        switch (self, event) {
        case (.oldTableIsTakenOver, .created), (.oldTableIsTakenOver, .adopted), (.droppedTableStays, .dropped),
            (.droppedTableStays, .renamed):
            remove { if case .setAside = $0 { true } else { false } }
        case (.nothingIsOnItsWayToATableSetAside, .adopted):
            if step.prepare.contains(where: { if case .setAside = $0 { true } else { false } }) {
                step.finish = step.finish.map {
                    if case .startCopy = $0 { .startCopy(hasOlderRows: false) } else { $0 }
                }
            }
        case (.floorIsForgotten, .truncated):
            remove {
                switch $0 {
                case .showFrom, .removeBelowFloor: true
                default: false
                }
            }
        case (.floorIsNotSaved, .truncated):
            step.entry.state.floor = 0
            remove { if case .removeBelowFloor = $0 { true } else { false } }
        case (.copyIsNotStoppedByTruncate, .truncated), (.copyIsNotStoppedByTruncate, .altered):
            remove {
                switch $0 {
                case .stopCopy, .startCopy: true
                default: false
                }
            }
            step.beginsCopy = false
        case (.refusedTableIsNotLeftOut, .refused), (.refusedTableIsNotLeftOut, .changedUnseen),
            (.refusedTableIsNotLeftOut, .altered):
            if step.entry.state.phase == .quarantined {
                step.entry.state.phase = .streaming
                step.entry.mapping = step.entry.mapping
            }
        case (.includedTableIsNotCopied, .loaded(let state, _, _, _)):
            if state.phase == .excluded, let definition = try? StoredDefinition(json: state.definition),
                let name = TableName(parsing: state.name),
                let mapping = try? TableMapping(definition.definition(of: name), database: state.warehouseDatabase)
            {
                step.entry.state.phase = .streaming
                step.entry.mapping = mapping
                step.finish = [.follow(mapping, passingOver: "")]
            }
        case (.textIsForgotten, .refused):
            step.entry.state.definition = step.entry.state.definition.replacing("\"isDateText\":true,", with: "")
        case (.textIsNotCopiedAgain, .refused):
            if step.entry.state.phase == .waiting {
                step.entry.state.phase = .streaming
                step.entry.state.cause = ""
            }
        case (.partialTableIsShown, .loaded), (.partialTableIsShown, .adopted):
            step.prepare = step.prepare.map {
                switch $0 {
                case .createBehind(let table), .replace(let table, _, _, keepsCopied: true): .create(table, floor: 0)
                default: $0
                }
            }
        case (.rowsOnTheirWayCount, .copied), (.rowsOnTheirWayCount, .consistent):
            step.entry.state.floor = 0
            step.prepare = step.prepare.map {
                if case .showFrom(let table, _) = $0 { .showFrom(table, floor: 0) } else { $0 }
            }
        case (.whatACopyHoldsIsNotSaved, .opened): step.entry.state.passedOver = ""
        case (.equalRowsAreAddedToOldOnes, .adopted):
            step.prepare = step.prepare.map {
                if case .replace(let table, let kept, let floor, _) = $0 {
                    .replace(by: table, as: kept, floor: floor, keepsCopied: true)
                } else {
                    $0
                }
            }
        case (.uncertainIsIgnored, .opened):
            step.finish = step.finish.map {
                if case .follow(let mapping, let passedOver, _) = $0 {
                    .follow(mapping, passingOver: passedOver)
                } else {
                    $0
                }
            }
        case (.copyInOneGoIsContinued, .loaded(let state, _, _, _)):
            if state.phase == .snapshotting, step.entry.state.phase == .waiting,
                let name = TableName(parsing: state.name),
                let definition = try? StoredDefinition(json: state.definition).definition(of: name),
                let mapping = try? TableMapping(definition, database: state.warehouseDatabase)
            {
                step.entry = .init(state: state, mapping: mapping)
                step.finish = [
                    .follow(mapping, passingOver: state.passedOver), .startCopy(hasOlderRows: true),
                ]
            }
        case (.truncateSparesACopyInOneGo, .truncated(_, let number)):
            if step.entry.state.phase == .waiting, let mapping = step.entry.mapping {
                step.entry.state.phase = .streaming
                step.entry.state.floor = number
                step.prepare = [.stopCopy, .showFrom(mapping.warehouse, floor: number)]
                step.finish = [.releaseClaims, .follow(mapping, passingOver: "")]
            }
        case (.replacedTableStaysShown, .consistent), (.replacedTableStaysShown, .copied):
            remove { if case .showFrom = $0 { true } else { false } }
        case (.columnsAreNotDropped, .altered): remove { if case .reshape = $0 { true } else { false } }
        case (.columnsAreNotAdded, .altered): remove { if case .addColumns = $0 { true } else { false } }
        default: break
        }
        return step
    }

    func changed(_ event: TableEvent, _ source: ModelSource) -> TableEvent {
        switch (self, event) {
        case (.alterIsJudgedByItsResult, .altered(let name, _, let number)): .altered(name, [], number: number)
        case (.renameIsIgnored, .renamed(let name, _, let number)): .altered(name, [], number: number)
        case (.truncateIsIgnored, .truncated(let name, let number)): .altered(name, [], number: number)
        default: event
        }
    }
}
