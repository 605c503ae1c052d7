import CMalloc

/// Keeps the process small between bursts: glibc holds on to what was freed, in an arena a thread.
package enum ProcessMemory {
    /// Call once, before threads are started.
    package static func limitArenas() {
        #if canImport(Glibc)
        _ = mallopt(M_ARENA_MAX, 2)
        #endif
    }

    /// Gives pages that hold nothing back to the system.
    package static func giveBack() {
        #if canImport(Glibc)
        _ = malloc_trim(0)
        #endif
    }

    /// Does so every ten seconds, until cancelled.
    package static func keepSmall() async throws {
        while true {
            try await Task.sleep(for: .seconds(10))
            giveBack()
        }
    }
}
