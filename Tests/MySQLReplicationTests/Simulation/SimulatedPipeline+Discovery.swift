import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

@testable import MySQLReplication

/// What ``TableDiscovery`` does, step by step.
extension SimulatedPipeline {
    /// Somebody wants a table to be copied again.
    mutating func resync(
        _ name: TableName,
        _ warehouse: inout ModelWarehouse,
        _ random: inout Randomness
    ) throws {
        guard configuration.isWanted(name), refusal == nil else { return }
        warehouse.trace.append("  resync \(name)")
        try perform(.resumed(name), &warehouse, &random)
        asked.insert(name)
        isDiscoveryDue = true
    }

    mutating func discover(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard let found = discovery else {
            let server = source.servers[presentHost]
            guard isDiscoveryDue, !server.isDown else { return false }
            isDiscoveryDue = false
            if hosts.isAdmitted, mutation != .copyWaitsForALeftHost {
                for copy in lifecycle.copiesBeyond(server.executed, stream.received) {
                    try perform(.hostDiffers(copy.name, copiedFrom: copy.copiedFrom), &warehouse, &random)
                }
            }
            discovery = Discovery(host: presentHost, executed: server.executed, before: server.definitions)
            return true
        }
        let server = source.servers[found.host]
        let isLeft = found.host != presentHost && mutation != .discoveryWaitsForALeftHost
        guard !server.isDown, !isLeft || found.after != nil else {
            giveUpDiscovery()
            return true
        }
        guard let (after, generations) = found.after else {
            return readAgain(found, server)
        }
        guard let name = found.names.first else {
            if let number = found.number { acknowledge(number) }
            discovery = nil
            return true
        }
        guard found.before[name] == after[name], generations[name] == lifecycle.generation(of: name) else {
            discovery?.names.removeFirst()
            isDiscoveryDue = true
            return true
        }
        let definition = after[name]
        let raw: RawTable?
        do {
            raw = try definition.flatMap { _ in
                try warehouse.rawTable(configuration.prefix + name.database, name.table)
            }
        } catch let refusal as TableRefusal {
            discovery?.names.removeFirst()
            asked.remove(name)
            try perform(.refused(name, refusal), &warehouse, &random)
            return true
        }
        if found.number == nil, definition == nil || lifecycle.needsNumber(toAdopt: name, over: raw) {
            let number = define(BatchDefinition(kind: .barrier, detail: "copy again"), &warehouse)
            discovery?.number = number
            return true
        }
        let number = found.number ?? last
        discovery?.names.removeFirst()
        asked.remove(name)
        guard let definition else {
            try perform(.missing(name, number: number), &warehouse, &random)
            return true
        }
        let event = TableEvent.adopted(
            definition,
            raw: raw,
            generation: generations[name] ?? 0,
            number: number,
            server: mutation == .copyIsReadFromAnyHost ? "" : server.uuid.description
        )
        try perform(event, &warehouse, &random)
        if lifecycle.tables[name]?.state.phase == .waiting { isDiscoveryDue = true }
        return true
    }

    /// The second read, once the stream has come to where the first one was.
    private mutating func readAgain(_ found: Discovery, _ server: ModelServer) -> Bool {
        guard
            mutation == .adoptsWithoutWaiting
                || (stream.received.isSuperset(of: found.executed) && !stream.isInBarrier)
        else { return false }
        guard
            mutation == .discoveryReadsAHostThatLags
                || server.executed.isSuperset(of: hosts.reachable(of: stream.seen))
        else { return false }
        let present = Set(found.before.keys)
        let names = Set(lifecycle.unknown(among: present) + lifecycle.toAdopt + lifecycle.missing(from: present))
            .union(asked)
        discovery?.names = names.sorted()
        discovery?.after = (
            server.definitions,
            Dictionary(names.map { ($0, lifecycle.generation(of: $0)) }) { first, _ in first }
        )
        return true
    }

    /// What was claimed for it is let go of, and it is tried again.
    private mutating func giveUpDiscovery() {
        if let number = discovery?.number { acknowledge(number) }
        discovery = nil
        isDiscoveryDue = true
    }
}
