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

    /// Seeds from here on are of histories whose tables may have dates.
    static let firstWithDates: UInt64 = 1_000_000
    /// Seeds from here on are of histories whose tables may be without a key.
    static let firstWithoutKeys: UInt64 = 2_000_000
    /// Seeds from here on are of histories in which sessions may log rows in part.
    static let firstWithMinimalImages: UInt64 = 3_000_000

    struct Result {
        /// What is wrong; nil if nothing.
        var problem: String?
        var equal = 0
        var stopped = 0
        /// Whether no host could be followed any more, for a good reason.
        var isRefused = false
        var report: [String] = []
    }

    init(seed: UInt64, mutation: Mutation? = nil, length: Int? = nil) {
        self.seed = seed
        self.mutation = mutation
        self.length = length
    }

    func run() throws -> Result {
        var random = Randomness(state: seed)
        let servers = [1, 2, 3].randomElement(using: &random) ?? 1
        var source = try ModelSource(
            servers: servers,
            hasDates: (Self.firstWithDates..<Self.firstWithoutKeys).contains(seed),
            mayLackKeys: (Self.firstWithoutKeys..<Self.firstWithMinimalImages).contains(seed),
            hasMinimalImages: seed >= Self.firstWithMinimalImages
        )
        var warehouse = ModelWarehouse()
        var configuration = SimulatedPipeline.Configuration()
        for _ in 0..<Int.random(in: 0...6, using: &random) { try source.act(&random) }
        var pipeline: SimulatedPipeline?
        let isReconfigured = Int.random(in: 0..<3, using: &random) == 0
        let killsOneIn = (isReconfigured ? [15, 30] : [0, 30, 80]).randomElement(using: &random) ?? 0
        let hasForeign = Int.random(in: 0..<6, using: &random) == 0
        let hasOrders = Int.random(in: 0..<3, using: &random) == 0
        let count = Int.random(in: 10...120, using: &random)
        for _ in 0..<min(count, length ?? count) {
            if hasForeign, Int.random(in: 0..<30, using: &random) == 0 {
                warehouse.putForeign("shop", ModelSource.names.randomElement(using: &random) ?? "a")
            }
            guard Int.random(in: 0..<4, using: &random) > 0 else {
                try source.act(&random)
                continue
            }
            do {
                if var running = pipeline {
                    pipeline = nil
                    if hasOrders, Int.random(in: 0..<20, using: &random) == 0 {
                        let name = ModelSource.names.randomElement(using: &random) ?? "a"
                        try running.resync(ModelSource.name(name), &warehouse, &random)
                    }
                    _ = try running.act(&warehouse, source, &random)
                    if running.refusal == nil {
                        pipeline = running
                    } else {
                        answerRefusal(&configuration, &source, &random)
                    }
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
            } catch let error as SimulatedPipeline.NoHost {
                if error.refusal != nil { answerRefusal(&configuration, &source, &random) }
            }
        }
        warehouse.removeForeign()
        source.quiesce()
        return try settle(&warehouse, source, configuration, pipeline, &random)
    }

    /// No host can be followed: the remedy is to copy again, unless another host is found.
    private func answerRefusal(
        _ configuration: inout SimulatedPipeline.Configuration,
        _ source: inout ModelSource,
        _ random: inout Randomness
    ) {
        guard Bool.random(using: &random) else { return }
        configuration.copiesAgain = true
        source.note("copies again, since no host could be followed")
    }

    private func reconfigure(
        _ configuration: inout SimulatedPipeline.Configuration,
        _ source: inout ModelSource,
        _ random: inout Randomness
    ) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            let isIncluded = !configuration.excluded.isEmpty && Bool.random(using: &random)
            let names = isIncluded ? configuration.excluded.sorted() : ModelSource.names
            let name = names.randomElement(using: &random) ?? "a"
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
        var running: SimulatedPipeline
        do {
            running =
                try pipeline
                ?? SimulatedPipeline(
                    &warehouse,
                    source,
                    configuration,
                    killsOneIn: 0,
                    mutation: mutation,
                    &random
                )
        } catch let error as SimulatedPipeline.NoHost {
            let judge = Judge(source: source, warehouse: warehouse, configuration: configuration)
            return try refused(judge, error.refusal, nil, &random)
        }
        running.killsOneIn = 0
        running.isQuiet = true
        for round in 0..<4 {
            // A minute passes.
            running.isDiscoveryDue = true
            var steps = 0
            while try running.act(&warehouse, source, &random) {
                steps += 1
                guard steps < 5_000 else {
                    return Result(
                        problem: "seed \(seed): it does not come to an end (round \(round))",
                        report: source.history + warehouse.trace.suffix(40)
                    )
                }
            }
        }
        let judge = Judge(source: source, warehouse: warehouse, configuration: configuration)
        if let refusal = running.refusal { return try refused(judge, refusal, running, &random) }
        return result(judge.verdict(on: running))
    }

    private func result(_ verdict: Result) -> Result {
        var result = verdict
        result.problem = verdict.problem.map { "seed \(seed): \($0)" }
        return result
    }

    /// The refusal must be right, and its remedy must help.
    private func refused(
        _ judge: Judge,
        _ refusal: HostRefusal?,
        _ pipeline: SimulatedPipeline?,
        _ random: inout Randomness
    ) throws -> Result {
        if let problem = judge.problem(with: refusal, of: pipeline) {
            return result(Result(problem: problem, report: judge.report))
        }
        var (warehouse, source, configuration) = (judge.warehouse, judge.source, judge.configuration)
        source.note("copies again, since no host could be followed")
        configuration.copiesAgain = true
        var result = try settle(&warehouse, source, configuration, nil, &random)
        result.isRefused = true
        return result
    }
}
