import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Observability
import PipelineCore
import Warehouse

/// Finds what the binlog did not announce: tables that are new to the configuration, came by `sql_log_bin = 0` or a
/// restored dump, wait for a copy, or are gone. Adopts them where the stream and the source agree on the definition.
actor TableDiscovery {
    struct Surroundings: Sendable {
        let warehouse: Warehouse
        let log: BatchLog
        let tables: TableKeeper
        let decoder: StreamDecoder
        let waits: ConditionWaits
        let hosts: SourceHosts
        let observer: any ReplicationObserver
        let options: ReplicationOptions
        let logger: Logger
    }

    /// What became of a table that was to be adopted.
    enum Outcome: Sendable {
        case adopted
        /// The source has no such table.
        case missing
        case refused(TableRefusal)
        /// It was changed meanwhile.
        case unsettled
    }

    private static let interval = Duration.seconds(60)
    /// How long a host may take to show what the stream has received.
    private static let waitMax = Duration.seconds(60)
    private let around: Surroundings
    private let requests: AsyncStream<Void>
    private let request: AsyncStream<Void>.Continuation

    init(_ surroundings: Surroundings) {
        around = surroundings
        (requests, request) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// A pass immediately, each minute, and whenever it is asked for; `isDone` is called after the first that succeeds.
    func run(isDone: @Sendable () async -> Void) async throws {
        let clock = Task { [request] in
            while true {
                try await Task.sleep(for: Self.interval)
                request.yield()
            }
        }
        defer { clock.cancel() }
        request.yield()
        var pause = Backoff()
        var isFirst = true
        for await _ in requests {
            do {
                if try await pass() { request.yield() }
                if isFirst { await isDone() }
                isFirst = false
                pause.reset()
            } catch let error as PipelineError {
                throw error
            } catch {
                if Task.isCancelled { return }
                around.observer.failed(.retry, stage: .source, error)
                around.logger.warning("tables could not be looked for; retrying", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
                request.yield()
            }
        }
    }

    /// There may be something to find.
    nonisolated func look() { request.yield() }

    /// Whether the source has a table of that name.
    func exists(_ name: TableName) async throws -> Bool {
        try await SourceInspector.with(around.hosts.current, logger: around.logger) { try await $0.table(name) != nil }
    }

    /// - Returns: whether something did not settle and another pass may help.
    private func pass() async throws -> Bool {
        try await SourceInspector.with(around.hosts.current, logger: around.logger) { inspector in
            let schema = try await inspector.tables()
            let present = Set(schema.tables.map(\.name)).union(schema.unreadable.map(\.name))
            try await checkRights(of: present, inspector)
            try await renewCopies(beyond: inspector)
            let known = await around.tables.current
            let wanted = Set(known.unknown(among: present) + known.toAdopt)
            let gone = known.missing(from: present)
            if wanted.isEmpty && gone.isEmpty { return false }
            let outcomes = try await adopt(wanted.union(gone), schema, inspector, isAskedFor: false)
            return outcomes.values.contains { if case .unsettled = $0 { true } else { false } }
        }
    }

    /// Stops followed tables that may not be read whole any more: their rows still come through the binlog, and would
    /// until a statement, a comparison or a copy reads what it cannot see.
    private func checkRights(of present: Set<TableName>, _ inspector: SourceInspector) async throws {
        let followed = await around.tables.current.followed(among: present)
        if followed.isEmpty { return }
        let rights = try await inspector.rights()
        for name in followed {
            guard let hidden = rights.refusal(of: name) else { continue }
            try await refuse(name, TableRefusal(cause: hidden.cause, remedy: hidden.remedy, isRetried: true))
        }
    }

    @discardableResult
    private func refuse(_ name: TableName, _ refusal: TableRefusal) async throws -> Outcome {
        try await around.tables.perform(.refused(name, refusal))
        return .refused(refusal)
    }

    /// A copy that has ended and waits for the stream waits forever where the host that it was read from had something
    /// that the present one lacks.
    private func renewCopies(beyond inspector: SourceInspector) async throws {
        let hosts = around.hosts
        guard hosts.isAdmitted, hosts.current == inspector.endpoint else { return }
        let received = around.decoder.received
        let executed = try await inspector.executedGTIDs()
        for copy in await around.tables.current.copiesBeyond(executed, received) {
            try await around.tables.perform(.hostDiffers(copy.name, copiedFrom: copy.copiedFrom))
        }
    }

    /// Copies a table because a user asks for it.
    func adopt(_ name: TableName) async throws -> Outcome {
        try await SourceInspector.with(around.hosts.current, logger: around.logger) { inspector in
            var outcome = Outcome.unsettled
            for _ in 0..<10 {
                let schema = try await inspector.tables()
                outcome = try await adopt([name], schema, inspector, isAskedFor: true)[name] ?? .missing
                guard case .unsettled = outcome else { break }
            }
            return outcome
        }
    }

    /// The definition must be the one that the stream is at: it was read, the stream has come to that point and has
    /// carried out all statements, and it reads the same again.
    ///
    /// - Parameter isAskedFor: whether tables that are followed are copied again, too.
    private func adopt(
        _ names: Set<TableName>,
        _ first: InformationSchema.Schema,
        _ inspector: SourceInspector,
        isAskedFor: Bool
    ) async throws -> [TableName: Outcome] {
        let executed = try await inspector.executedGTIDs()
        let (hosts, endpoint, decoder) = (around.hosts, inspector.endpoint, around.decoder)
        // Another host may lack for good what this one has.
        try await around.waits.wait { decoder.hasCarriedOut(executed) || hosts.current != endpoint }
        guard decoder.hasCarriedOut(executed) else { throw HostLeft(host: endpoint.address) }
        var names = names
        if !isAskedFor {
            // The stream may have brought their CREATE or DROP meanwhile.
            let known = await around.tables.current
            let present = Set(first.tables.map(\.name) + first.unreadable.map(\.name))
            names.formIntersection(known.unknown(among: present) + known.toAdopt + known.missing(from: present))
        }
        var generations: [TableName: Int] = [:]
        for name in names { generations[name] = await around.tables.generation(of: name) }
        // A host that lags has the definitions of then, and lacks tables that came since.
        let expected = around.hosts.reachable(of: around.decoder.seen)
        if let delay = try await inspector.wait(for: expected, atMost: Self.waitMax, logger: around.logger) {
            throw delay
        }
        let second = try await inspector.tables()
        let rights = try await inspector.rights()
        let server = try await inspector.serverUUID()
        var outcomes: [TableName: Outcome] = [:]
        var number: UInt64?
        do {
            for name in names.sorted() {
                let before = first.tables.first { $0.name == name }
                let definition = second.tables.first { $0.name == name }
                let unreadable = second.unreadable.first { $0.name == name }
                let generation = await around.tables.generation(of: name)
                // What the account must not see is not there for it either.
                if let hidden = rights.refusal(of: name) {
                    let refusal = TableRefusal(cause: hidden.cause, remedy: hidden.remedy, isRetried: true)
                    outcomes[name] = try await refuse(name, refusal)
                } else if let unreadable {
                    let refusal = TableRefusal(
                        cause: unreadable.reason,
                        remedy: "leat tables resync \(name)",
                        isRetried: true
                    )
                    outcomes[name] = try await refuse(name, refusal)
                } else if before != definition || generations[name] != generation {
                    outcomes[name] = .unsettled
                } else if let definition {
                    outcomes[name] = try await adopt(definition, generation, server, &number)
                } else {
                    try await around.tables.perform(.missing(name, number: try await claim(&number)))
                    outcomes[name] = .missing
                }
            }
        } catch {
            // Nothing is replayed from it, and what comes after must not wait for it.
            if let number { await around.log.acknowledge(number) }
            throw error
        }
        if let number {
            await around.log.acknowledge(number)
            around.observer.barrierPassed()
        }
        return outcomes
    }

    private func adopt(
        _ definition: TableDefinition,
        _ generation: Int,
        _ server: String,
        _ number: inout UInt64?
    ) async throws -> Outcome {
        let name = definition.name
        let database = around.options.warehouseDatabase(name.database)
        var raw: RawTable?
        do {
            let mapping = try TableMapping(definition, database: database)
            raw = try await RawTable(in: around.warehouse, database: database, name: mapping.warehouse.name)
        } catch let refusal as TableRefusal {
            let retried = TableRefusal(cause: refusal.cause, remedy: refusal.remedy, isRetried: true)
            return try await refuse(name, retried)
        } catch let error as PipelineError where error.kind == .unmanagedObject {
            let refusal = TableRefusal(
                cause: error.message,
                remedy: "\(error.remedy); the table is tried again each minute",
                isRetried: true
            )
            return try await refuse(name, refusal)
        }
        let needsNumber = await around.tables.current.needsNumber(toAdopt: name, over: raw)
        let barrier = needsNumber ? try await claim(&number) : await around.log.last
        let isDone = try await around.tables.perform(
            .adopted(definition, raw: raw, generation: generation, number: barrier, server: server)
        )
        guard isDone, let entry = await around.tables.entry(name) else { return .unsettled }
        if entry.state.phase == .quarantined {
            return .refused(TableRefusal(cause: entry.state.cause, remedy: entry.state.remedy))
        }
        return .adopted
    }

    /// One number for all tables of a pass.
    private func claim(_ number: inout UInt64?) async throws -> UInt64 {
        if let number { return number }
        let claimed = try await around.log.define(BatchDefinition(kind: .barrier, detail: "copy again"))
        number = claimed
        return claimed
    }
}

extension RawTable {
    /// What ClickHouse has under a raw table's name; nil if nothing.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject`; ``ClickHouseError``.
    init?(in warehouse: Warehouse, database: String, name: String) async throws {
        guard let found = try await warehouse.rawTable(database: database, name: name) else { return nil }
        self.init(
            columns: found.columns,
            sortingKey: Self.identifiers(in: found.sortingKey),
            newestBatch: found.newestBatch
        )
    }

    /// `` a, `b c` `` as names.
    static func identifiers(in list: String) -> [String] {
        var names: [String] = []
        var name = ""
        var isQuoted = false
        var isEscaped = false
        for character in list {
            if isEscaped {
                name.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "`" {
                isQuoted.toggle()
            } else if !isQuoted, character == "," {
                names.append(name)
                name = ""
            } else if isQuoted || character != " " {
                name.append(character)
            }
        }
        if !name.isEmpty { names.append(name) }
        return names
    }
}
