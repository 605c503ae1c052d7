import Console
import LeatConfig
import LeatState
import MySQLSchema
import PipelineCore
import Warehouse

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
            named = observers.filter { !failed.contains($0.key) }
                .flatMap { $0.value.phases.filter { $0.value != .dropped }.keys }.sorted()
        }
        for table in named {
            try await perform(order, table)
            answers.append("\(table): \(order.answer)")
        }
        return answers
    }

    private func perform(_ order: TableOrder, _ table: String) async throws {
        // One that has failed at its start knows none of its tables yet.
        let owners = sources.filter {
            observers[$0.name]?.phases[table] != nil || configuration.source($0.name, follows: table)
        }
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

extension LeatConfiguration {
    /// Whether a table, as `leat status` names it, is one that a source is to follow.
    func source(_ name: String, follows table: String) -> Bool {
        if let (_, mySQL) = mySQLSources.first(where: { $0.source.name == name }) {
            guard let table = TableName(parsing: table) else { return false }
            return mySQL.tables.matches(database: table.database, table: table.table)
        }
        return influxDBSources.contains { $0.source.name == name && table.hasPrefix($0.influx.database + ".") }
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

/// A supervisor, whatever kind of pipeline it runs.
package protocol SupervisedSource: Sendable {
    var name: String { get }
    func copyAgain() -> Bool
    func perform(_ order: TableOrder, on table: String) async throws
}

extension PipelineSupervisor: SupervisedSource {
    func perform(_ order: TableOrder, on table: String) async throws {
        try await self.order { pipeline in
            switch order {
            case .resync: try await pipeline.resync(table)
            case .pause: try await pipeline.pause(table)
            case .resume: try await pipeline.resume(table)
            case .forget: try await pipeline.forget(table)
            }
        }
    }
}
