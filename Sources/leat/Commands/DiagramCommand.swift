import ArgumentParser
import Catalog
import LeatConfig

struct DiagramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram",
        abstract: "Draw every server, pipeline, store and flow of a configuration.",
        discussion: """
            Draws the configuration and, with --home, what is really running there. Never shows secrets. --reference \
            draws the platform that `leat up` starts on its standard ports, as in README.md.
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case mermaid }

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "The output format.")
    var format = Format.mermaid

    @Flag(help: "Draw the standard platform, whatever is running here.")
    var reference = false

    func run() async throws {
        if reference {
            Terminal.write(ReferencePlatform.diagram.mermaid)
            return
        }
        let configuration = try options.load()
        Terminal.write(ArchitectureDiagram(configuration: configuration, servers: servers).mermaid)
    }

    /// What runs beside Leat: only the local platform knows.
    private var servers: [ArchitectureDiagram.Server] {
        #if LocalPlatform
        guard options.config == nil else { return [] }
        return ReadyPlatform(ofHome: options.home ?? ".leat")?.servers ?? []
        #else
        return []
        #endif
    }
}
