import LeatState
import MySQLSchema
import PipelineCore
import Warehouse

/// What an operator asks for one table.
struct TableOrders {
    let name: TableName
    let parts: PipelineParts
    let log: BatchLog
    let options: ReplicationOptions

    private var text: String { name.description }

    func resync() async throws {
        try requireWanted()
        try await parts.tables.perform(.resumed(name))
        switch try await parts.discovery.adopt(name) {
        case .adopted: return
        case .missing:
            throw PipelineError(
                .precondition,
                "the source has no table `\(text)`",
                remedy: await parts.tables.entry(name) == nil ? "leat tables list" : "leat tables forget \(text)"
            )
        case .refused(let refusal):
            throw PipelineError(
                .precondition,
                "`\(text)` cannot be followed: \(refusal.cause)",
                remedy: refusal.remedy
            )
        case .unsettled:
            throw PipelineError(
                .precondition,
                "`\(text)` is being changed at the source",
                remedy: "it is copied as soon as that ends; leat status shows it"
            )
        }
    }

    func pause() async throws {
        try requireWanted()
        guard await parts.tables.entry(name) != nil else { throw unknown }
        try await parts.tables.perform(.paused(name))
    }

    func resume() async throws {
        try requireWanted()
        guard await parts.tables.entry(name)?.state.phase == .paused else {
            throw PipelineError(.precondition, "`\(text)` is not paused", remedy: "leat status")
        }
        try await resync()
    }

    func forget() async throws {
        guard let entry = await parts.tables.entry(name) else { throw unknown }
        if options.isWanted(name), try await parts.discovery.exists(name) {
            throw PipelineError(
                .precondition,
                "the source still has `\(text)`",
                remedy: "leave it out first: tables: [\"!\(text)\"], or copy it again: leat tables resync \(text)"
            )
        }
        let number = try await log.define(BatchDefinition(kind: .barrier, table: text, detail: "forget"))
        let result: Result<Void, any Error>
        do {
            if entry.isFollowed { try await parts.tables.perform(.missing(name, number: number)) }
            try await parts.tables.perform(.forgotten(name, number: number))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await log.acknowledge(number)
        try result.get()
    }

    func repair(keys: [RowKey], foreignVersions: [UInt64]) async throws -> UInt64 {
        try requireWanted()
        return try await parts.repair.repair(name, keys: keys, foreignVersions: foreignVersions)
    }

    private func requireWanted() throws {
        guard options.isWanted(name) else { throw unknown }
    }

    private var unknown: PipelineError { Self.unknown(text, in: options.name) }

    static func unknown(_ table: String, in pipeline: String) -> PipelineError {
        PipelineError(
            .precondition,
            "the pipeline `\(pipeline)` has no table `\(table)`",
            remedy: "leat tables list"
        )
    }
}
