import Foundation
import Testing

@testable import MySQLReplication

/// LEAT_HISTORIES in the environment runs as many.
private let historiesCount = ProcessInfo.processInfo.environment["LEAT_HISTORIES"].flatMap { UInt64($0) } ?? 20_000
private let historiesAtOnce: UInt64 = 1000

@Suite("Histories of tables")
struct SimulationTests {
    @Test(
        "whatever happens, in the end a table is equal, or it is stopped with a cause",
        arguments: 0..<historiesCount / historiesAtOnce
    )
    func histories(portion: UInt64) throws { try run(from: portion * historiesAtOnce) }

    @Test("the same with dates that ClickHouse cannot hold", arguments: 0..<historiesCount / historiesAtOnce / 4)
    func datesAsText(portion: UInt64) throws { try run(from: History.firstWithDates + portion * historiesAtOnce) }

    @Test("the same with tables without a key", arguments: 0..<historiesCount / historiesAtOnce / 8)
    func withoutKeys(portion: UInt64) throws { try run(from: History.firstWithoutKeys + portion * historiesAtOnce) }

    @Test("the same where rows are logged in part", arguments: 0..<historiesCount / historiesAtOnce / 8)
    func minimalImages(portion: UInt64) throws {
        try run(from: History.firstWithMinimalImages + portion * historiesAtOnce)
    }

    private func run(from first: UInt64) throws {
        var equal = 0
        var stopped = 0
        var refused = 0
        for seed in first..<first + historiesAtOnce {
            let result = try History(seed: seed).run()
            equal += result.equal
            stopped += result.stopped
            if result.isRefused { refused += 1 }
            if let problem = result.problem {
                Issue.record("\(problem)\n\(try Self.shrunk(seed, result))")
                return
            }
        }
        // It would be easy to be never wrong.
        #expect(equal > 2 * stopped, "\(equal) equal, \(stopped) stopped")
        #expect(refused < Int(historiesAtOnce) / 5, "\(refused) refused")
    }

    /// The shortest beginning of a history that ends as badly.
    private static func shrunk(_ seed: UInt64, _ result: History.Result) throws -> String {
        for length in 1..<120 {
            let shorter = try History(seed: seed, length: length).run()
            if shorter.problem != nil {
                return "shortest: length \(length), \(shorter.problem ?? "")\n  "
                    + shorter.report.joined(separator: "\n  ")
            }
        }
        return "  " + result.report.joined(separator: "\n  ")
    }

    @Test("a deliberate defect is found", arguments: Mutation.allCases)
    func mutation(_ mutation: Mutation) throws {
        // The history that finds it today, and whichever will when the simulation has changed.
        let first = mutation.firstSeed
        for seed in [mutation.knownSeed ?? first] + Array(first..<first + 20_000) {
            // An error, too, is noticed.
            let result = Result { try History(seed: seed, mutation: mutation).run() }
            if case .success(let history) = result, history.problem == nil { continue }
            return
        }
        Issue.record("\(mutation) is not found")
    }
}
