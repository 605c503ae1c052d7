import Foundation
import LeatTestSupport
import Testing

@testable import DevPlatform

@Suite("What leat status says of the process", .sharesServers)
struct StatusTests {
    private func state(_ pipeline: TestPipeline) async throws -> String {
        try await pipeline.status().pipelines[0].state
    }

    @Test("a clean stop, a crash and a hang are distinguished within five seconds")
    func stopCrashHang() async throws {
        try await TestPipeline.with("status") { pipeline in
            #expect(try await state(pipeline) == "new")
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            #expect(try await state(pipeline) == "running")
            #expect(try await pipeline.status().isRunning)

            let leat = try #require(pipeline.leat)
            leat.process.send(signal: SIGSTOP)
            try await eventually("the hang shows", within: .seconds(5)) { try await state(pipeline) == "hung" }
            leat.process.send(signal: SIGCONT)
            try await eventually("it runs again", within: .seconds(10)) { try await state(pipeline) == "running" }

            try await pipeline.stop()
            try await eventually("the stop shows", within: .seconds(5)) { try await state(pipeline) == "stopped" }
            #expect(try await pipeline.command("status").output.contains("not running: stopped "))
            #expect(try await !pipeline.status().isRunning)
            #expect(try !pipeline.logText().contains("could not be saved"), "a clean stop warns of nothing")

            try await pipeline.start()
            // Everything has arrived already; and of a process that has not said a word nobody knows.
            try await eventually("it runs once more", within: .seconds(30)) {
                let sql = "SELECT count() FROM leat.pipelines FINAL WHERE pipeline = 'status' AND state = 'running'"
                return try await pipeline.warehouse(sql) == [["1"]]
            }
            await pipeline.leat?.kill()
            try await eventually("the crash shows", within: .seconds(5)) { try await state(pipeline) == "crashed" }
            #expect(try await pipeline.command("status").output.contains("the process ended without stopping"))
        }
    }
}
