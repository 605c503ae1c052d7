import ArgumentParser
import Daemon
import Foundation
import LeatConfig

/// `--config` or `--home`: which configuration a command uses.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The home folder of `leat up` (default: .leat).", valueName: "folder"))
    var home: String?

    func validate() throws {
        if config != nil && home != nil { throw ValidationError("give --config or --home, not both") }
    }

    /// The file that the options name; `.leat/leat.yaml` if they name none.
    var path: String { config ?? HomeFiles(home ?? ".leat").configuration }

    func load() throws -> LeatConfiguration {
        if config == nil, !FileManager.default.fileExists(atPath: path) {
            throw ConfigurationError(
                file: path,
                cause: "there is no such file",
                remedy: "start the local platform with `leat up`, or name a configuration with --config"
            )
        }
        return try LeatConfiguration.load(path: path)
    }
}

extension LeatConfiguration {
    /// The MySQL sources that a command is about.
    ///
    /// - Parameter name: as `--source` names it; nil for all.
    /// - Throws: `ConfigurationError` if there is none.
    func mySQLSources(named name: String?) throws -> [(source: Source, mySQL: MySQL)] {
        let wanted = mySQLSources.filter { name == nil || $0.source.name == name }
        guard wanted.isEmpty else { return wanted }
        let names = mySQLSources.map(\.source.name).joined(separator: ", ")
        throw ConfigurationError(
            file: path,
            cause: name.map { "there is no MySQL source '\($0)'" } ?? "there is no MySQL source",
            remedy: names.isEmpty ? "add one under sources:" : "name one of: \(names)"
        )
    }
}
