import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import LeatState
import LeatTestSupport
import Logging
import Observability
import PipelineCore
import Testing

@Suite("A third kind of source, in the same process")
struct ThirdSourceTests {
    @Test("has rows, states, status, metrics, quarantine and orders without a change anywhere else")
    func folder() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "leat-csv-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ file: String, _ text: String) throws {
            try text.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
        }
        let endpoint = try await ClickHouseServer.shared.endpoint()
        let port = try FreePort.any()
        try endpoint.password.write(toFile: "\(folder)/password", atomically: true, encoding: .utf8)
        try write(
            "leat.yaml",
            """
            sources: {none: {mysql: {hosts: ["127.0.0.1:1"], user: u, password-file: password}}}
            warehouse: {clickhouse: {url: "\(endpoint.url)", user: \(endpoint.user), password-file: password}}
            console: {listen: "127.0.0.1:\(port)"}

            """
        )
        try write("people.csv", "id,name\n1,Ada\n2,Grace\n")
        try write("broken.csv", "id,name\n1\n")
        var configuration = try LeatConfiguration.load(path: "\(folder)/leat.yaml")
        configuration.sources = []
        let runner = PipelineRunner(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
            [CSVRuntime("csv", folder: folder, $0)]
        }
        let run = Task { try await runner.run() }
        do {
            try await withClickHouse { client in
                func rows() async throws -> String? {
                    try? await client.rows("SELECT count() FROM csv.people").first?.first.flatMap { $0 }
                }
                try await eventually("the file is there", within: .seconds(30)) { try await rows() == "2" }
                try write("people.csv", "id,name\n1,Ada\n2,Grace\n3,Edith\n")
                try await eventually("its new line is there", within: .seconds(30)) { try await rows() == "3" }

                let phases = runner.observers[0].phases
                #expect(phases == ["csv.people": .streaming, "csv.broken": .quarantined])
                #expect(runner.reports.map(\.state) == [.running] && runner.reports.map(\.name) == ["csv"])
                let page = MetricsPage(runner.metrics.registry.exposition())
                #expect(page.value("leat_tables", "source=\"csv\"", "state=\"quarantined\"") == 1)

                // A pipeline that fails is started again by the same rules.
                try FileManager.default.moveItem(atPath: folder + "/people.csv", toPath: folder + "/people.txt")
                try FileManager.default.createDirectory(atPath: folder + "/x.csv", withIntermediateDirectories: false)
                try await eventually("it has failed", within: .seconds(30)) { runner.reports[0].state == .failed }
                try FileManager.default.removeItem(atPath: folder + "/x.csv")
                try FileManager.default.moveItem(atPath: folder + "/people.txt", toPath: folder + "/people.csv")
                try await eventually("it runs again", within: .seconds(60)) { runner.reports[0].state == .running }
                #expect(try await rows() == "3", "what was there is not read again")

                // Orders come over the same socket.
                let socket = ControlClient(socket: HomeFiles.controlSocket(forConfiguration: configuration.path))
                #expect(
                    try await socket.order("resync", tables: ["csv.people"]) == ["csv.people: is being copied again"]
                )
                try await eventually("it is copied again", within: .seconds(30)) { try await rows() == "3" }
                await #expect(throws: PipelineError.self) { try await socket.order("pause", tables: ["csv.people"]) }
            }
        } catch {
            run.cancel()
            throw error
        }
        run.cancel()
        try? await run.value
    }
}
