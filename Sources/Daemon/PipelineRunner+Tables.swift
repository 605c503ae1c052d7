import Console
import LeatState
import PipelineCore

extension PipelineRunner {
    /// Carries out an order about tables, one after another.
    ///
    /// - Parameter tables: for `resync` all that are followed or quarantined, if none is named.
    /// - Returns: what was done, a line for each.
    func perform(_ order: TableOrder, _ tables: [String]) async throws -> [String] {
        var answers: [String] = []
        var named = tables.sorted()
        if named.isEmpty, order == .resync {
            // A pipeline that has failed cannot copy single tables, but begin again with all of them.
            let failed = sources.filter { $0.copyAgain() }.map(\.name)
            answers += failed.sorted().map { "\($0): starts again and copies every table" }
            named = sources.filter { !failed.contains($0.name) }
                .flatMap { $0.observer.phases.filter { $0.value != .dropped }.keys }.sorted()
        }
        for table in named {
            try await perform(order, table)
            answers.append("\(table): \(order.answer)")
        }
        return answers
    }

    private func perform(_ order: TableOrder, _ table: String) async throws {
        // One that has failed at its start knows none of its tables yet.
        let owners = sources.filter { $0.observer.phases[table] != nil || $0.follows(table) }
        var failure: (any Error)?
        for source in owners.isEmpty ? sources : owners {
            do {
                return try await source.perform(order, on: table)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }
}

extension TableOrder {
    fileprivate var answer: String {
        switch self {
        case .resync: "is being copied again"
        case .pause: "is paused"
        case .resume: "continues"
        case .forget: "is forgotten"
        }
    }
}
