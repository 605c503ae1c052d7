import ArgumentParser
import Daemon
import LeatState

/// The command line. Each command is thin: it reads its options, calls the library, prints.
@main
struct Leat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leat",
        abstract: "Replicate MySQL and InfluxDB into ClickHouse in real time, with continuous verification.",
        discussion: """
            Start with `leat up`: it runs MySQL, InfluxDB, ClickHouse and monitoring on this machine, loads sample \
            data and replicates it. For your own servers, write a leat.yaml (docs/configuration.md) and use `leat \
            run --config leat.yaml`.

            Exit codes: 0 success, 1 the check found something, 2 wrong usage or configuration, 3 a precondition or \
            a server is missing, 70 internal error.
            """,
        version: LeatVersion.current,
        subcommands: commands
    )

    private static var commands: [any ParsableCommand.Type] {
        let always: [any ParsableCommand.Type] = [
            RunCommand.self, StatusCommand.self, VerifyCommand.self, RepairCommand.self, TablesCommand.self,
            DoctorCommand.self, WaitCommand.self, SchemaCommand.self, BackfillCommand.self,
        ]
        let last: [any ParsableCommand.Type] = [DiagramCommand.self, RenderCommand.self]
        #if LocalPlatform
        return [UpCommand.self, DownCommand.self] + always + [GenerateCommand.self] + last
        #else
        return always + last
        #endif
    }

    static func main() async {
        ProcessMemory.limitArenas()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(error)
        }
    }
}
