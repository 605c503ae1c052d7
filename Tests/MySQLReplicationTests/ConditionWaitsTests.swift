import Synchronization
import Testing

@testable import MySQLReplication

@Suite("Waits for a condition")
struct ConditionWaitsTests {
    private let waits = ConditionWaits()

    @Test("what holds already is not waited for")
    func holds() async throws {
        #expect(try await waits.wait { true })
    }

    @Test("a wait ends when the condition holds, and not before")
    func later() async throws {
        let holds = Atomic(false)
        let asked = Atomic(0)
        async let waiting = waits.wait {
            asked.add(1, ordering: .relaxed)
            return holds.load(ordering: .relaxed)
        }
        while asked.load(ordering: .relaxed) < 1 { await Task.yield() }
        waits.check()
        #expect(asked.load(ordering: .relaxed) >= 2)
        holds.store(true, ordering: .relaxed)
        waits.check()
        #expect(try await waiting)
    }

    @Test("a wait whose time is over says that the condition does not hold")
    func overdue() async throws {
        let deadline = ContinuousClock.now + .seconds(3600)
        let asked = Atomic(0)
        async let waiting = waits.wait(before: deadline) {
            asked.add(1, ordering: .relaxed)
            return false
        }
        while asked.load(ordering: .relaxed) < 1 { await Task.yield() }
        waits.check(now: deadline - .seconds(1))
        waits.check(now: deadline)
        #expect(try await !waiting)
    }

    @Test("a cancelled wait ends immediately", arguments: [true, false])
    func cancelled(isBefore: Bool) async throws {
        let asked = Atomic(0)
        let task = Task {
            if isBefore { while !Task.isCancelled { await Task.yield() } }
            try await waits.wait {
                asked.add(1, ordering: .relaxed)
                return false
            }
        }
        while !isBefore, asked.load(ordering: .relaxed) < 1 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
