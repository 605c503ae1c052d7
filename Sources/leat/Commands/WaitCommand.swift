import ArgumentParser
import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import Logging
import MySQLProtocol
import Verification

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until ClickHouse has everything that MySQL has committed.",
        discussion: """
            Run it after a write to MySQL to read that write in ClickHouse. Waits for everything that the hosts of each \
            MySQL source had committed when the command began, or for the given GTID set.
            Exit code 0: ClickHouse has it; 3: not within the timeout, or the pipeline does not run.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(
        help: ArgumentHelp("Wait for these transactions, as MySQL prints them.", valueName: "gtid-set"),
        transform: Self.gtids
    )
    var position: GTIDSet?

    @Option(help: ArgumentHelp("Only this source of leat.yaml (default: every MySQL source).", valueName: "name"))
    var source: String?

    @Option(help: ArgumentHelp("Give up after this many seconds.", valueName: "seconds"))
    var timeout = 60.0

    @Flag(help: "Print JSON and no progress.")
    var json = false

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be more than 0 and at most 86400 seconds")
        }
    }

    private struct Answer: Encodable {
        struct Source: Encodable {
            var name: String
            /// What ClickHouse has, at least.
            var position: String
            var seconds: Double
        }
        var sources: [Source]
    }

    func run() async throws {
        Logs.bootstrap(level: .error)
        let configuration = try options.load()
        let wanted = try configuration.mySQLSources(named: source)
        if position != nil, wanted.count > 1 {
            throw ConfigurationError(
                file: configuration.path,
                cause: "there are \(wanted.count) MySQL sources, and a GTID set is of one",
                remedy: "name it with --source: \(wanted.map(\.source.name).joined(separator: ", "))"
            )
        }
        let logger = Logger(label: "leat.wait")
        let client = configuration.warehouseClient(logger: logger)
        do {
            var answer = Answer(sources: [])
            for (source, mySQL) in wanted {
                let started = ContinuousClock.now
                let target =
                    if let position { position } else {
                        try await WarehouseWait.committed(at: mySQL.endpoints, logger: logger)
                    }
                let line = ProgressLine(isSilent: json)
                let wait = WarehouseWait(warehouse: client, pipeline: source.name, atMost: .seconds(timeout))
                try await wait.run(until: target) {
                    line.note("\(source.name): \(Terminal.counted(Int($0), "transaction")) to come")
                }
                let seconds = (.now - started) / .seconds(1)
                line.finish("\(source.name): ClickHouse has everything up to \(target.singleLine)")
                answer.sources.append(.init(name: source.name, position: target.singleLine, seconds: seconds))
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                Terminal.write(String(decoding: try encoder.encode(answer), as: UTF8.self))
            }
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func gtids(_ text: String) throws -> GTIDSet {
        do {
            let set = try GTIDSet(parsing: text)
            guard !set.isEmpty else { throw ValidationError("the GTID set is empty") }
            return set
        } catch let error as ValidationError {
            throw error
        } catch {
            throw ValidationError("'\(text)' is not a GTID set, such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5")
        }
    }
}
