import MySQLProtocol
import MySQLSchema

@testable import MySQLReplication

/// One random history: clients change a source while a pipeline follows it, is killed, started again and configured
/// otherwise. In the end all is quiet, and for every table the warehouse shows what the source has, or it says why not.
struct History {
    let seed: UInt64
    let mutation: Mutation?
    /// How many things clients and the pipeline do before all gets quiet; to shorten a history that fails.
    var length: Int?

    struct Result {
        /// What is wrong; nil if nothing.
        var problem: String?
        var equal = 0
        var stopped = 0
        var report: [String] = []
    }

    init(seed: UInt64, mutation: Mutation? = nil, length: Int? = nil) {
        self.seed = seed
        self.mutation = mutation
        self.length = length
    }

    func run() throws -> Result {
        var random = Randomness(state: seed)
        var source = ModelSource()
        var warehouse = ModelWarehouse()
        var configuration = SimulatedPipeline.Configuration()
        for _ in 0..<Int.random(in: 0...6, using: &random) { source.act(&random) }
        var pipeline: SimulatedPipeline?
        let killsOneIn = [0, 30, 80].randomElement(using: &random) ?? 0
        let isReconfigured = Int.random(in: 0..<3, using: &random) == 0
        let hasForeign = Int.random(in: 0..<6, using: &random) == 0
        let count = Int.random(in: 10...120, using: &random)
        for _ in 0..<min(count, length ?? count) {
            if hasForeign, Int.random(in: 0..<30, using: &random) == 0 {
                warehouse.putForeign("shop", ModelSource.names.randomElement(using: &random) ?? "a")
            }
            guard Int.random(in: 0..<4, using: &random) > 0 else {
                source.act(&random)
                continue
            }
            do {
                if var running = pipeline {
                    pipeline = nil
                    _ = try running.act(&warehouse, source, &random)
                    pipeline = running
                } else {
                    if isReconfigured { reconfigure(&configuration, &source, &random) }
                    pipeline = try SimulatedPipeline(
                        &warehouse,
                        source,
                        configuration,
                        killsOneIn: killsOneIn,
                        mutation: mutation,
                        &random
                    )
                    configuration.copiesAgain = false
                }
            } catch is Killed {
                source.note("killed")
                warehouse.trace.append("  killed")
            }
        }
        warehouse.removeForeign()
        return try settle(&warehouse, source, configuration, pipeline, &random)
    }

    private func reconfigure(
        _ configuration: inout SimulatedPipeline.Configuration,
        _ source: inout ModelSource,
        _ random: inout Randomness
    ) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            let name = ModelSource.names.randomElement(using: &random) ?? "a"
            if configuration.excluded.remove(name) == nil { configuration.excluded.insert(name) }
            source.note("excluded: \(configuration.excluded.sorted())")
        case 2:
            configuration.prefix = configuration.prefix.isEmpty ? "p_" : ""
            source.note("prefix: \(configuration.prefix)")
        case 3:
            configuration.copiesAgain = true
            source.note("copies again")
        default: break
        }
    }

    private func settle(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ configuration: SimulatedPipeline.Configuration,
        _ pipeline: SimulatedPipeline?,
        _ random: inout Randomness
    ) throws -> Result {
        var running =
            try pipeline
            ?? SimulatedPipeline(
                &warehouse,
                source,
                configuration,
                killsOneIn: 0,
                mutation: mutation,
                &random
            )
        running.killsOneIn = 0
        for round in 0..<4 {
            // A minute passes.
            running.isDiscoveryDue = true
            var steps = 0
            while try running.act(&warehouse, source, &random) {
                steps += 1
                guard steps < 5_000 else {
                    return Result(
                        problem: "it does not come to an end (round \(round))",
                        report: source.history + warehouse.trace.suffix(40)
                    )
                }
            }
        }
        return judge(running, warehouse, source)
    }

    private func judge(_ pipeline: SimulatedPipeline, _ warehouse: ModelWarehouse, _ source: ModelSource) -> Result {
        var result = Result(report: source.history + warehouse.trace)
        func fail(_ text: String) { if result.problem == nil { result.problem = text } }
        if !pipeline.stream.received.isSuperset(of: source.executed) { fail("the stream stands still") }
        if !pipeline.applied.isSuperset(of: source.executed) { fail("the checkpoint stands still") }
        for name in ModelSource.names {
            let table = ModelSource.name(name)
            guard pipeline.configuration.isWanted(table) else { continue }
            let state = pipeline.lifecycle.tables[table]?.state
            if state?.name != nil, warehouse.tables[state?.name ?? ""] != state {
                fail("\(name): its state is not saved")
            }
            switch (source.tables[name], state?.phase) {
            case (let rows?, .streaming?):
                let shown = warehouse.rows(pipeline.configuration.prefix + ModelSource.database, name)
                if shown != rows.rows {
                    fail("\(name): \(shown.map { "\($0)" } ?? "no view") instead of \(rows.rows)")
                }
                result.equal += 1
            case (_, .quarantined?):
                if state?.cause.isEmpty ?? true { fail("\(name): stopped without a cause") }
                // Where changes passed by, a table may be gone without a statement that says so.
                let isUnseen = source.history.contains { $0.hasPrefix("copies again") || $0.hasPrefix("excluded") }
                if !source.changed.contains(name), !isUnseen {
                    fail("\(name): stopped for nothing: \(state?.cause ?? "")")
                }
                result.stopped += 1
            case (nil, nil), (nil, .dropped?):
                // What is in a database that the configuration named before stays as it was.
                if !source.history.contains(where: { $0.hasPrefix("prefix") }),
                    warehouse.rows(pipeline.configuration.prefix + ModelSource.database, name) != nil
                {
                    fail("\(name): it is gone and its view is not")
                }
            case (let rows, let phase):
                fail(
                    "\(name): \(phase.map { "\($0)" } ?? "unknown"), and the source has \(rows == nil ? "no" : "a") table"
                )
            }
        }
        if let problem = result.problem { result.problem = "seed \(seed): \(problem)" }
        return result
    }
}
