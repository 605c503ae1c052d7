import Testing

@testable import MySQLClient

@Suite("Log-ins that a server has refused")
struct LogInPacingTests {
    private let refusal = MySQLError(.authentication, "Access denied for user 'u'")
    private let endpoint = MySQLEndpoint(host: "nowhere", user: "u", password: "secret")

    @Test("they are tried again after 5, 10, 20, 40 and then 60 seconds: four in the first minute, not two a second")
    func pauses() {
        #expect((1...7).map { LogInPacing.pause(after: $0).components.seconds } == [5, 10, 20, 40, 60, 60, 60])
        let start = ContinuousClock.now
        var pacing = LogInPacing()
        var attempts = 0
        for tick in 0..<120 {
            let now = start + .milliseconds(500 * tick)
            guard pacing.refusal(at: now) == nil else { continue }
            attempts += 1
            pacing.refused(refusal, at: now)
        }
        #expect(attempts == 4)
    }

    @Test("meanwhile the cause is given without asking the server")
    func cause() {
        let start = ContinuousClock.now
        var pacing = LogInPacing()
        let first = pacing.refusal(at: start)
        #expect(first == nil)
        pacing.refused(refusal, at: start)
        let found = pacing.refusal(at: start + .seconds(2))
        #expect(found?.code == .authentication)
        #expect(found?.message.hasPrefix("Access denied") == true && found?.message.contains("3 s") == true)
    }

    @Test("when the pause is over one session tries, and the others wait for what comes of it")
    func single() {
        let start = ContinuousClock.now
        var pacing = LogInPacing()
        pacing.refused(refusal, at: start)
        let one = pacing.refusal(at: start + .seconds(5))
        let other = pacing.refusal(at: start + .seconds(5))
        #expect(one == nil && other != nil)
    }

    @Test("all sessions of an account count together; another password and a success begin again")
    func gate() throws {
        let gate = LogInGate()
        let start = ContinuousClock.now
        gate.failed(endpoint, refusal, at: start)
        var watcher = endpoint
        watcher.connectTimeout = .seconds(1)
        #expect(throws: MySQLError.self) { try gate.pass(watcher, at: start) }
        var corrected = endpoint
        corrected.password = "right"
        try gate.pass(corrected, at: start)
        gate.succeeded(endpoint)
        try gate.pass(endpoint, at: start)
    }

    @Test("a server that is down is no refusal")
    func down() throws {
        let gate = LogInGate()
        gate.failed(endpoint, MySQLError(.connectionFailed, "nobody listens"))
        try gate.pass(endpoint)
    }
}
