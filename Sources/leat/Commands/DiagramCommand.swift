import ArgumentParser
import Catalog
import DevPlatform
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
        let platform = options.config == nil ? ReadyPlatform(ofHome: options.home ?? ".leat") : nil
        let servers = platform.map(Self.servers) ?? []
        Terminal.write(ArchitectureDiagram(configuration: configuration, servers: servers).mermaid)
    }

    private static func servers(of platform: ReadyPlatform) -> [ArchitectureDiagram.Server] {
        func server(_ role: ArchitectureDiagram.Server.Role, _ name: StackServer, _ address: String?)
            -> ArchitectureDiagram.Server?
        {
            address.map { .init(role: role, version: platform.versions[name.rawValue], address: $0) }
        }
        func hostAndPort(_ url: String?) -> String? { url?.replacing("http://", with: "") }
        let mysql = platform.mysql
        return [
            server(.mysqlPrimary, .mysqlPrimary, mysql.map { "\($0.primary.host):\($0.primary.port)" }),
            server(.mysqlReplica, .mysqlReplica, mysql?.replica.map { "\($0.host):\($0.port)" }),
            server(.clickhouse, .clickhouse, hostAndPort(platform.clickhouse?.url)),
            server(.influxdb, .influxdb, hostAndPort(platform.influxdb?.url)),
            server(.prometheus, .prometheus, hostAndPort(platform.prometheus?.url)),
            server(.alertmanager, .alertmanager, hostAndPort(platform.alertmanager?.url)),
        ].compactMap { $0 }
    }
}
