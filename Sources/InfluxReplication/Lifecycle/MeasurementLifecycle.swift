import LeatState

/// The life of one measurement: which state it is in, and what an event makes of it.
///
/// Pure: an event goes in, a ``Step`` comes out, and memory changes in ``commit(_:)`` alone, once the step's state is
/// saved. A step may be repeated from any point. Nothing else sets a measurement's phase.
///
/// ```
///          taken up            copied
/// (found) ─────────► copying ─────────► streaming ──refused──► quarantined ──seen and fixed, or resync──► copying,
///                       ▲                   │  ▲                                                           streaming
///                       │              vanished │ seen again
///                       │                   ▼  │
///                    resync        dropped (nothing left), kept (its points stay)
/// ```
struct MeasurementLifecycle: Sendable, Equatable {
    enum Event: Sendable, Equatable {
        /// Its table is there, at the start of the process or since the measurement appeared.
        case takenUp
        /// The first copy is complete.
        case copied
        /// The source has it, and its table holds all of its tags and fields.
        case seen
        /// The source no longer has it: it was dropped, its database was, or its points have grown too old.
        case vanished
        /// Of a measurement that has vanished, this many points are left in the warehouse.
        case emptied(left: UInt64)
        /// It cannot be followed. `untilResync`: the source is not to blame, so what the source shows cannot end it.
        case refused(MeasurementRefusal, untilResync: Bool)
        /// A new copy was requested.
        case resyncOrdered
    }

    enum Action: Sendable, Equatable {
        /// Remove what the source could still hold if it had been kept there; report ``Event/emptied(left:)``.
        case removePoints
        /// Count what there is; report ``Event/emptied(left:)``.
        case countPoints
        /// Forget which windows are complete, before anything is copied.
        case forgetWindows
        /// Compare everything: points may have come that nobody has listened to.
        case restartSweep
    }

    /// What an event leads to: the state to save, and what to do once it is saved.
    struct Step: Sendable, Equatable {
        var next: MeasurementLifecycle
        var actions: [Action] = []
    }

    private(set) var phase: TableState.Phase
    private(set) var cause: String
    private(set) var remedy: String
    /// Quarantined until a new copy is requested, or a restart.
    private(set) var needsResync = false
    /// The first copy is complete.
    private(set) var isCopied: Bool
    let name: String
    let mirrorsDeletes: Bool

    /// - Parameter recorded: as `leat.tables` holds it.
    init(_ recorded: TableState, isCopied: Bool, mirrorsDeletes: Bool) {
        name = recorded.name
        phase = recorded.phase
        cause = recorded.cause
        remedy = recorded.remedy
        self.isCopied = isCopied
        self.mirrorsDeletes = mirrorsDeletes
    }

    var isQuarantined: Bool { phase == .quarantined }
    /// The source does not have it.
    var isGone: Bool { phase == .kept || phase == .dropped }
    /// Whether it is read and compared.
    var isFollowed: Bool { phase == .snapshotting || phase == .streaming }

    /// - Returns: nil where the event changes nothing.
    func step(_ event: Event) -> Step? {
        switch event {
        case .takenUp:
            // The cause of a quarantine shows again at the next check of the source.
            return isQuarantined || isGone ? nil : followed()
        case .copied:
            guard phase == .snapshotting else { return nil }
            var next = self
            next.isCopied = true
            return next.followed()
        case .seen:
            guard (isQuarantined && !needsResync) || isGone else { return nil }
            var step = followed()
            step?.actions = [.restartSweep]
            return step
        case .vanished:
            // Of one that is being copied or quarantined, the warehouse has something, too.
            guard !isGone else { return nil }
            return Step(next: self, actions: [mirrorsDeletes ? .removePoints : .countPoints])
        case .emptied(let left):
            var next = self
            next.needsResync = false
            next.phase = left == 0 ? .dropped : .kept
            next.cause = left == 0 ? "" : "InfluxDB no longer has it; its \(left) points are kept here"
            next.remedy = left == 0 ? "" : "leat tables forget \(name)   (if they are not wanted)"
            return next == self ? nil : Step(next: next)
        case .refused(let refusal, let untilResync):
            var next = self
            next.needsResync = (isQuarantined && needsResync) || untilResync
            next.phase = .quarantined
            next.cause = refusal.cause
            next.remedy = refusal.remedy
            return next == self ? nil : Step(next: next)
        case .resyncOrdered:
            var next = self
            next.isCopied = false
            next.needsResync = false
            var step = next.followed() ?? Step(next: next)
            step.actions = [.forgetWindows]
            return step
        }
    }

    mutating func commit(_ step: Step) { self = step.next }

    private func followed() -> Step? {
        var next = self
        next.phase = isCopied ? .streaming : .snapshotting
        next.needsResync = false
        next.cause = ""
        next.remedy = ""
        return Step(next: next)
    }
}
