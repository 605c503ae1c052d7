import NIOCore

/// Calls back once when nothing was heard for a time. Bound to its event loop.
final class SilenceWatch {
    private let limit: TimeAmount
    private let silent: () -> Void
    private let eventLoop: any EventLoop
    private var lastHeard: NIODeadline
    private var task: Scheduled<Void>?

    init(eventLoop: any EventLoop, limit: TimeAmount, silent: @escaping () -> Void) {
        self.limit = limit
        self.silent = silent
        self.eventLoop = eventLoop
        lastHeard = eventLoop.now
        schedule(in: limit)
    }

    /// Something came; or the time before does not count.
    func heard() { lastHeard = eventLoop.now }

    func stop() {
        task?.cancel()
        task = nil
    }

    private func schedule(in amount: TimeAmount) {
        task = eventLoop.assumeIsolated().scheduleTask(in: amount) { self.check() }
    }

    private func check() {
        let left = lastHeard + limit - eventLoop.now
        if left > .zero { return schedule(in: left) }
        // A paused reader is not silence: the watch continues, and the caller decides.
        lastHeard = eventLoop.now
        schedule(in: limit)
        silent()
    }
}
