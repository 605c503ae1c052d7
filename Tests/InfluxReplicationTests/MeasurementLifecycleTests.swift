import LeatState
import Testing

@testable import InfluxReplication

@Suite("The life of a measurement")
struct MeasurementLifecycleTests {
    private static let refusal = MeasurementRefusal(cause: "c", remedy: "r")

    private func lifecycle(
        _ phase: TableState.Phase,
        isCopied: Bool = true,
        mirrors: Bool = false
    ) -> MeasurementLifecycle {
        MeasurementLifecycle(TableState(name: "iot.m", phase: phase), isCopied: isCopied, mirrorsDeletes: mirrors)
    }

    private func after(_ events: MeasurementLifecycle.Event..., from start: MeasurementLifecycle)
        -> MeasurementLifecycle
    {
        var lifecycle = start
        for event in events {
            if let step = lifecycle.step(event) { lifecycle.commit(step) }
        }
        return lifecycle
    }

    @Test("a step changes nothing before it is committed, and can be repeated")
    func pure() {
        var lifecycle = lifecycle(.snapshotting, isCopied: false)
        let step = lifecycle.step(.copied)
        #expect(lifecycle.phase == .snapshotting)
        #expect(lifecycle.step(.copied) == step)
        if let step { lifecycle.commit(step) }
        #expect(lifecycle.phase == .streaming)
        #expect(lifecycle.step(.copied) == nil)
    }

    @Test("a new one is copied, then streams; one whose copy was complete streams after a restart")
    func copy() {
        #expect(after(.takenUp, from: lifecycle(.snapshotting, isCopied: false)).phase == .snapshotting)
        #expect(after(.takenUp, .copied, from: lifecycle(.snapshotting, isCopied: false)).phase == .streaming)
        #expect(after(.takenUp, from: lifecycle(.streaming)).phase == .streaming)
    }

    @Test("what the source is to blame for ends when the source shows it fixed, and everything is compared again")
    func quarantine() {
        let stopped = after(.refused(Self.refusal, untilResync: false), from: lifecycle(.streaming))
        #expect(stopped.phase == .quarantined)
        #expect(stopped.cause == "c")
        #expect(stopped.step(.refused(Self.refusal, untilResync: false)) == nil)
        let step = stopped.step(.seen)
        #expect(step?.next.phase == .streaming)
        #expect(step?.next.cause == "")
        #expect(step?.actions == [.restartSweep])
    }

    @Test("what the source is not to blame for ends with a resync only, which forgets the windows first")
    func resync() {
        let stopped = after(.refused(Self.refusal, untilResync: true), from: lifecycle(.streaming))
        #expect(stopped.step(.seen) == nil)
        #expect(after(.refused(Self.refusal, untilResync: false), from: stopped).step(.seen) == nil)
        let step = stopped.step(.resyncOrdered)
        #expect(step?.next.phase == .snapshotting)
        #expect(step?.actions == [.forgetWindows])
        #expect(step?.next.needsResync == false)
    }

    @Test("one that has vanished is emptied with mirror, counted with keep; what is left decides what it becomes")
    func vanished() {
        #expect(lifecycle(.streaming, mirrors: true).step(.vanished)?.actions == [.removePoints])
        #expect(lifecycle(.streaming).step(.vanished)?.actions == [.countPoints])
        #expect(lifecycle(.streaming).step(.vanished)?.next.phase == .streaming, "until it is known what is left")
        #expect(after(.vanished, .emptied(left: 0), from: lifecycle(.streaming, mirrors: true)).phase == .dropped)
        let kept = after(.vanished, .emptied(left: 7), from: lifecycle(.streaming))
        #expect(kept.phase == .kept)
        #expect(kept.cause.contains("its 7 points are kept"))
        #expect(kept.step(.vanished) == nil)
        #expect(kept.isGone && !kept.isFollowed)
    }

    @Test("one that is there again is followed where it stopped, and everything is compared", arguments: [true, false])
    func back(isCopied: Bool) {
        for phase in [TableState.Phase.kept, .dropped] {
            let gone = lifecycle(phase, isCopied: isCopied)
            #expect(gone.step(.takenUp) == nil, "the start alone does not bring it back")
            let step = gone.step(.seen)
            #expect(step?.next.phase == (isCopied ? .streaming : .snapshotting))
            #expect(step?.actions == [.restartSweep])
        }
    }
}
