import Foundation
import LeatTestSupport
import MySQLProtocol
import Testing

@testable import DevPlatform

@Suite("Waiting for ClickHouse", .sharesServers)
struct WaitTests {
    private struct Answer: Decodable {
        struct Source: Decodable {
            var name: String
            var position: String
            var seconds: Double
        }
        var sources: [Source]
    }

    @Test("what was written before is there afterwards, and nobody waits for ever")
    func readsOwnWrites() async throws {
        try await TestPipeline.with("waited", .init(readsPrimary: true)) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            let early = try await pipeline.command("wait", "--timeout", "1")
            #expect(early.exit == .code(3) && early.errors.contains("fix: "), "\(early.errors)")
            try await pipeline.startAndSettle()
            for id in 1...5 {
                try await pipeline.run("INSERT INTO t VALUES (\(id))")
                let answer = try await pipeline.command("wait", "--json")
                #expect(answer.exit == .code(0), "\(answer.errors)")
                #expect(try await pipeline.count("t") == id)
                let sources = try JSONDecoder().decode(Answer.self, from: Data(answer.output.utf8)).sources
                #expect(sources.map(\.name) == ["waited"] && sources[0].seconds < 60)
            }
            let position = try await pipeline.sourcePosition().singleLine
            let known = try await pipeline.command("wait", position, "--source", "waited")
            #expect(known.exit == .code(0) && known.output.contains(position), "\(known.output) \(known.errors)")

            let missing = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3"
            let never = try await pipeline.command("wait", missing, "--timeout", "1")
            #expect(never.exit == .code(3) && never.errors.contains("lacks 3 of"), "\(never.errors)")
            #expect(try await pipeline.command("wait", "tomorrow").exit == .code(2))
            #expect(try await pipeline.command("wait", "--timeout", "0").exit == .code(2))
            let unknown = try await pipeline.command("wait", "--source", "none")
            #expect(unknown.exit == .code(2) && unknown.errors.contains("waited"), "\(unknown.errors)")

            #expect(try await pipeline.stop() == .code(0))
            try await pipeline.run("INSERT INTO t VALUES (6)")
            let stopped = try await pipeline.command("wait", "--timeout", "1")
            #expect(stopped.exit == .code(3) && stopped.errors.contains("stopped"), "\(stopped.errors)")
            #expect(!stopped.errors.contains("verify again"), "\(stopped.errors)")
        }
    }
}
