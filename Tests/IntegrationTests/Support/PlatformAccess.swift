import Testing

/// Who may use the shared servers now: a few tests beside each other, or one alone that breaks them on purpose.
actor PlatformAccess {
    static let shared = PlatformAccess()

    /// Whether the current task belongs to a test that has been let in.
    @TaskLocal static var isGranted = false

    /// How many pipelines run at a time: more than two cores can serve only makes all of them late.
    private static let places = 3

    private var taken = 0
    private var waiting: [(places: Int, resume: CheckedContinuation<Void, Never>)] = []

    func enter(alone: Bool) async {
        let needed = alone ? Self.places : 1
        if waiting.isEmpty, taken + needed <= Self.places {
            taken += needed
            return
        }
        await withCheckedContinuation { waiting.append((needed, $0)) }
    }

    func leave(alone: Bool) {
        taken -= alone ? Self.places : 1
        // First come, first served, so that one who wants to be alone is not kept waiting for ever.
        while let first = waiting.first, taken + first.places <= Self.places {
            taken += first.places
            waiting.removeFirst()
            first.resume.resume()
        }
    }
}

/// Makes a test wait for the shared servers; see ``PlatformAccess``.
struct PlatformTrait: TestTrait, SuiteTrait, TestScoping {
    let alone: Bool
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        await PlatformAccess.shared.enter(alone: alone)
        var failure: (any Error)?
        do {
            try await PlatformAccess.$isGranted.withValue(true) { try await function() }
        } catch {
            failure = error
        }
        if alone {
            do { try await TestPlatform.shared.restore() } catch { failure = failure ?? error }
        }
        await PlatformAccess.shared.leave(alone: alone)
        if let failure { throw failure }
    }
}

extension Trait where Self == PlatformTrait {
    /// Uses the servers and leaves them as they are.
    static var sharesServers: Self { Self(alone: false) }
    /// Stops or kills servers, so nothing else may use them meanwhile.
    static var breaksServers: Self { Self(alone: true) }
}
