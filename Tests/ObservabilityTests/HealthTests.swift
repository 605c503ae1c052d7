import Foundation
import Synchronization
import Testing

@testable import Observability

@Suite("Health")
struct HealthTests {
    @Test("the worst part decides")
    func worst() {
        let health = Health()
        #expect(health.report().status == .ok)
        #expect(health.report().httpStatus == 200)
        health.report("a", .ok)
        health.report("b", .degraded, cause: "the replica is late")
        #expect(health.report().status == .degraded)
        #expect(health.report().httpStatus == 200)
        health.report("c", .failed, cause: "no answer")
        #expect(health.report().status == .failed)
        #expect(health.report().httpStatus == 503)
        health.remove("c")
        #expect(health.report().status == .degraded)
    }

    @Test("a status keeps the time since which it holds, and says when it changes")
    func since() {
        let clock = Mutex<Double>(100)
        let health = Health { clock.withLock { $0 } }
        #expect(health.report("a", .failed, cause: "x"))
        clock.withLock { $0 = 200 }
        #expect(!health.report("a", .failed, cause: "y"))
        #expect(health.report().components == [.init(name: "a", status: .failed, cause: "y", since: 100)])
        #expect(health.report("a", .ok, cause: "forgotten"))
        #expect(health.report().components == [.init(name: "a", status: .ok, cause: "", since: 200)])
    }

    @Test("the report is JSON, byte for byte")
    func json() throws {
        let health = Health { 1.5 }
        health.report("source \"shop\"", .failed, cause: "down\nsince noon")
        health.report("clickhouse", .ok)
        let json = health.report().json
        #expect(
            json
                == "{\"status\":\"failed\",\"components\":[{\"name\":\"clickhouse\",\"status\":\"ok\",\"cause\":\"\",\"since\":1.5},"
                + "{\"name\":\"source \\\"shop\\\"\",\"status\":\"failed\",\"cause\":\"down\\nsince noon\",\"since\":1.5}]}"
        )
        #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
    }
}
