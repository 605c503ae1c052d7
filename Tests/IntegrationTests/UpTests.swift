import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

@Suite("leat up", .breaksServers)
struct UpTests {
    @Test("keeps its servers when a pipeline fails, starts again in that state, and follows once the cause is removed")
    func foreignTable() async throws {
        let folder = NSTemporaryDirectory() + "leat-integration-\(getpid())-up-foreign"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let home = folder + "/home"
        // Below the ports that connections get theirs from (32768 and above), and apart from the other tests'.
        let offset = Int.random(in: 9_100...13_000)
        let first = try await up(home, offset)
        do {
            let addresses = try ServerStack.addresses(ofHome: home)
            try await plant(addresses)
            try await expectNamed(home)
            #expect(first.isRunning)
            _ = try await first.terminate(within: .seconds(60))

            let second = try await up(home, offset)
            try await expectNamed(home)
            try await withWarehouse(try ServerStack.addresses(ofHome: home)) { client in
                #expect(try await client.rows("SELECT note FROM mine.t") == [["precious"]])
                try await client.execute("DROP TABLE mine.t")
                try await eventually("the table streams within a minute", within: .seconds(60)) {
                    (try? await client.rows("SELECT id FROM mine.t")) == [["7"]]
                }
            }
            #expect(second.isRunning)
            _ = try await second.terminate(within: .seconds(60))
        } catch {
            Issue.record("\(error)\nlast lines of leat:\n\(first.tail)")
            await first.kill()
            _ = try await LeatAnswer(["down", "--home", home], in: folder, within: .seconds(90))
        }
    }

    private func up(_ home: String, _ offset: Int) async throws -> LeatProcess {
        let leat = try await LeatProcess.start(
            ["up", "--home", home, "--port-offset", "\(offset)", "--no-data", "--json"],
            log: home + ".log",
            output: home + ".json"
        )
        try await eventually("the platform is ready", within: .seconds(240), every: .milliseconds(200)) {
            if !leat.isRunning { throw Overdue(description: "leat up has ended: \(leat.tail)") }
            return FileManager.default.fileExists(atPath: home + "/ready.json")
        }
        return leat
    }

    private func plant(_ addresses: StackAddresses) async throws {
        try await withWarehouse(addresses) { client in
            try await client.execute("CREATE DATABASE mine")
            try await client.execute("CREATE TABLE mine.t (id Int32, note String) ENGINE = MergeTree ORDER BY id")
            try await client.execute("INSERT INTO mine.t VALUES (1, 'precious')")
        }
        let primary = try #require(addresses.mysql?.primary)
        let mysql = try await MySQLConnection.connect(to: primary.endpoint, logger: silent)
        try await mysql.execute("CREATE DATABASE mine")
        try await mysql.execute("CREATE TABLE mine.t (id INT PRIMARY KEY)")
        try await mysql.execute("INSERT INTO mine.t VALUES (7)")
        await mysql.close()
    }

    /// `leat status` says what is the matter, of the pipeline or of the table.
    private func expectNamed(_ home: String) async throws {
        try await eventually("the cause is named", within: .seconds(60)) {
            let answer = try await LeatAnswer(["status", "--json", "--home", home], in: home + "/..")
            return answer.output.contains("`mine.t` exists in ClickHouse and was not created by Leat")
        }
    }

    private func withWarehouse(
        _ addresses: StackAddresses,
        _ body: (ClickHouseClient) async throws -> Void
    ) async throws {
        let clickhouse = try #require(addresses.clickhouse)
        let client = ClickHouseClient(
            endpoint: ClickHouseEndpoint(
                url: clickhouse.url,
                user: clickhouse.user,
                password: clickhouse.password
            ),
            logger: silent
        )
        do {
            try await body(client)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}
